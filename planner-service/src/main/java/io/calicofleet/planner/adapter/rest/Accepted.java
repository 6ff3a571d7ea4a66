package io.calicofleet.planner.adapter.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted; its effect shows in the status and in the live stream.
 *
 * @param campaign the campaign it is about
 * @param event the id of the command's event
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
        name = "Accepted",
        description = "The command is on its way; its effect shows in the status and in the live stream.")
public record Accepted(
        @Schema(description = "The campaign.", examples = "calico-3-22") @Nullable
        String campaign,

        @Schema(description = "The id of the command's event.") @Nullable
        String event) {}
