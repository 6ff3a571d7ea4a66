/** YAML as Kubernetes reads and writes it, for steps and adapters. */
@NullMarked
package io.calicofleet.executor.yaml;

import org.jspecify.annotations.NullMarked;
