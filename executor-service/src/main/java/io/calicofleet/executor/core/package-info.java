/**
 * What the executor decides: pure functions over JSON trees and events, without a client, a clock or a framework.
 */
@NullMarked
package io.calicofleet.executor.core;

import org.jspecify.annotations.NullMarked;
