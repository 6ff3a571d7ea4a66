/** Has it measured that packets flow while a step upgrades. */
@org.jspecify.annotations.NullMarked
package io.calicofleet.executor.step.continuity;
