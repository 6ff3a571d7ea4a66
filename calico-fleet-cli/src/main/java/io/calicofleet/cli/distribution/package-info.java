/** Makes the archive people install the command line and the services from, without a build. */
@NullMarked
package io.calicofleet.cli.distribution;

import org.jspecify.annotations.NullMarked;
