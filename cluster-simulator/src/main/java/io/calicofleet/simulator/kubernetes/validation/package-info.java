/** What the API server asks of objects before it stores them, as the validation of Kubernetes has it. */
@NullMarked
package io.calicofleet.simulator.kubernetes.validation;

import org.jspecify.annotations.NullMarked;
