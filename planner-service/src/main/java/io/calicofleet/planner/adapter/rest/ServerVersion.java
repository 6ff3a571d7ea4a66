package io.calicofleet.planner.adapter.rest;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Which planner answers.
 *
 * @param version of calico-fleet
 * @param api the version of this API
 */
@Schema(name = "Version", description = "Which planner answers.")
public record ServerVersion(
        @Schema(description = "The version of calico-fleet.")
        String version,

        @Schema(description = "The version of this API.") String api) {}
