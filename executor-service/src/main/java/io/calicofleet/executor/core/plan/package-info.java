/** What is proven to be installed, and the plan that is made of it once, kept, and carried out. */
@NullMarked
package io.calicofleet.executor.core.plan;

import org.jspecify.annotations.NullMarked;
