/** Which objects of a cluster are Calico's, found by what refers to them, and what a release's objects are called there. */
@NullMarked
package io.calicofleet.executor.core.identity;

import org.jspecify.annotations.NullMarked;
