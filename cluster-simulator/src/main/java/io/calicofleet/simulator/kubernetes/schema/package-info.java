/** What the built-in types consist of, and how the API server decodes them. */
@NullMarked
package io.calicofleet.simulator.kubernetes.schema;

import org.jspecify.annotations.NullMarked;
