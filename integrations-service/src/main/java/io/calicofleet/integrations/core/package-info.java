/** What is told to whom, and when it is tried again: pure. */
@NullMarked
package io.calicofleet.integrations.core;

import org.jspecify.annotations.NullMarked;
