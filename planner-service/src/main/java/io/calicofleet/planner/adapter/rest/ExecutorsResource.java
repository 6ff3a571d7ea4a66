package io.calicofleet.planner.adapter.rest;

import io.calicofleet.planner.port.FleetView;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who serves the clusters. */
@Path("/api/v1/executors")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Executors", description = "Who serves the clusters.")
public class ExecutorsResource {

    private final FleetView view;
    private final InstantSource clock;

    /** The resource over this view. */
    public ExecutorsResource(FleetView view, InstantSource clock, Callers callers) {
        this.view = callers.visible(view);
        this.clock = clock;
    }

    /** All executors. */
    @GET
    @Operation(
            summary = "All executors",
            description =
                    "Every executor that serves a cluster, by name, when it was last heard, and whether it is silent.")
    @APIResponse(
            responseCode = "200",
            content = @Content(schema = @Schema(type = SchemaType.ARRAY, implementation = ListedExecutor.class)))
    public List<ListedExecutor> executors() {
        Instant now = clock.instant();
        return view.heartbeats().values().stream()
                .map(heartbeat -> new ListedExecutor(
                        heartbeat.executor(),
                        heartbeat.clusters(),
                        heartbeat.heardAt(),
                        heartbeat.age(now).toSeconds(),
                        heartbeat.silent(now)))
                .toList();
    }

    /**
     * An executor.
     *
     * @param executor its name
     * @param clusters how many it serves
     * @param heardAt when it was last heard
     * @param age how long ago, in seconds
     * @param silent whether that is too long: what it said may not be so any more
     */
    @Schema(name = "Executor", description = "Who serves clusters, and when it was last heard.")
    public record ListedExecutor(String executor, int clusters, Instant heardAt, long age, boolean silent) {}
}
