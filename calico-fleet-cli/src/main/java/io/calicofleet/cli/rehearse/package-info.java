/** Simulated clusters for people: empty ones to work with, and one on which an upgrade of their own objects is rehearsed. */
@NullMarked
package io.calicofleet.cli.rehearse;

import org.jspecify.annotations.NullMarked;
