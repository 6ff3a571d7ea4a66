/** Tables, JSON, YAML and what a terminal can do. */
@NullMarked
package io.calicofleet.cli.output;

import org.jspecify.annotations.NullMarked;
