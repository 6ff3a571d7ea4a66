/** Passkeys of people: who signed what, by a file of this side. */
@NullMarked
package io.calicofleet.runtime.passkey;

import org.jspecify.annotations.NullMarked;
