/** What people read: campaigns, clusters, reviews, and what waits for them. */
@NullMarked
package io.calicofleet.cli.view;

import org.jspecify.annotations.NullMarked;
