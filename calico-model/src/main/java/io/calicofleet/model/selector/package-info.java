/** Calico's selectors: the grammar of its tokenizer, and what they match. */
@NullMarked
package io.calicofleet.model.selector;

import org.jspecify.annotations.NullMarked;
