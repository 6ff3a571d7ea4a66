/** The step that upgrades Dikastes where application layer policy is on. */
@NullMarked
package io.calicofleet.executor.step.applicationlayer;

import org.jspecify.annotations.NullMarked;
