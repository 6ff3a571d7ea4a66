/** A channel of Microsoft Teams, told by a workflow. */
@NullMarked
package io.calicofleet.integrations.adapter.teams;

import org.jspecify.annotations.NullMarked;
