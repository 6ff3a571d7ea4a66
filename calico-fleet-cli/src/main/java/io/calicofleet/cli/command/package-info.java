/** One class per command. */
@NullMarked
package io.calicofleet.cli.command;

import org.jspecify.annotations.NullMarked;
