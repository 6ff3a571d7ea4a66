/** Verifications: opened by a step, fed with observations, closed by a verdict. No clock, no Kafka, no Quarkus. */
@NullMarked
package io.calicofleet.verifier.core.verification;

import org.jspecify.annotations.NullMarked;
