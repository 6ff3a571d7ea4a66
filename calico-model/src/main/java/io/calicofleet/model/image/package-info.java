/** References of container images: one parser for merge, gates, backup and report. */
@NullMarked
package io.calicofleet.model.image;

import org.jspecify.annotations.NullMarked;
