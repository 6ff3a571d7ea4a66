/** What doctor looks at: a class for each part, which says what it saw and what to do about it. Changes nothing. */
@NullMarked
package io.calicofleet.cli.doctor;

import org.jspecify.annotations.NullMarked;
