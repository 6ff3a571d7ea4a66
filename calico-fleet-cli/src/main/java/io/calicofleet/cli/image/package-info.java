/** Makes the images of the services, without Docker. */
@NullMarked
package io.calicofleet.cli.image;

import org.jspecify.annotations.NullMarked;
