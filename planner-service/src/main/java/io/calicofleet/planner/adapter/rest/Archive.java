package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.kafka.EventJson;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;

/**
 * All that is kept of a campaign, as one JSON document for people to keep elsewhere.
 *
 * @param at when it was read
 * @param campaign its status, with its document under {@code spec}
 * @param clusters the statuses of its clusters, with the history of their steps, as JSON
 */
record Archive(Instant at, CampaignStatus campaign, Collection<byte[]> clusters) implements StreamingOutput {

    @Override
    public void write(OutputStream output) throws IOException {
        output.write(("{\"apiVersion\":\"calico-fleet/v1\",\"kind\":\"CampaignArchive\",\"archivedAt\":\"" + at
                        + "\",\"campaign\":")
                .getBytes(StandardCharsets.UTF_8));
        output.write(EventJson.write(campaign));
        output.write(",\"clusters\":".getBytes(StandardCharsets.UTF_8));
        new JsonArray(clusters).write(output);
        output.write('}');
    }
}
