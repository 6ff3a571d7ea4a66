/** The step that has an operator take Calico over from the manifests. */
@NullMarked
package io.calicofleet.executor.step.migrate;

import org.jspecify.annotations.NullMarked;
