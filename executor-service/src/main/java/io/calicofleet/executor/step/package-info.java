/** The steps, one class each: what it changes, how it knows that it is done, how it is undone. */
@NullMarked
package io.calicofleet.executor.step;

import org.jspecify.annotations.NullMarked;
