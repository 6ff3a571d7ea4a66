/** A fleet to learn on: simulated clusters with planned trouble, and a lesson for each. */
@NullMarked
package io.calicofleet.cli.practice;

import org.jspecify.annotations.NullMarked;
