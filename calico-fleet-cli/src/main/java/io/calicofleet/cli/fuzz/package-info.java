/** The system under wrong input: records, requests, and what must be true all the same. */
@NullMarked
package io.calicofleet.cli.fuzz;

import org.jspecify.annotations.NullMarked;
