/** Reads the catalogue of releases from its YAML file. */
@NullMarked
package io.calicofleet.planner.adapter.catalogue;

import org.jspecify.annotations.NullMarked;
