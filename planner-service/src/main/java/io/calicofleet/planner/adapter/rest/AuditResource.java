package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.AuditRecorded;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.access.Rights;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.port.AuditReader;
import io.calicofleet.planner.port.AuditReader.Kept;
import io.calicofleet.planner.port.FleetView;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** What people asked for, and what they were refused. */
@Path("/api/v1/audit")
@Produces({MediaType.APPLICATION_JSON, ProblemDocument.MEDIA_TYPE})
@Tag(name = "Access", description = "Who asks, and what they may do.")
public class AuditResource {

    /** As many as an answer holds, some 40 MB. */
    private static final int MOST = 20_000;

    private final AuditReader audit;
    private final FleetView view;
    private final Callers callers;

    /** The resource over this. */
    public AuditResource(AuditReader audit, FleetView view, Callers callers) {
        this.audit = audit;
        this.view = view;
        this.callers = callers;
    }

    /** The audit. */
    @GET
    @Blocking
    @Operation(
            summary = "What people asked for, and what they were refused",
            description =
                    "The newest 20,000 records, those of a writer in the order in which they are kept, with all that their"
                            + " digests and signatures are over. Whoever is no admin of everything sees those about their"
                            + " campaigns and clusters.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = Audit.class)))
    public Audit audit(
            @Parameter(description = "From then on, such as 2026-11-29T10:00:00Z; the beginning where it is not given.")
                    @QueryParam("since")
                    @Nullable
                    String since) {
        Rights rights = callers.rights();
        Permits.checkAnywhere(rights, Act.AUDIT);
        Instant from = from(since);
        boolean all = rights.refusalOfAll(Act.AUDIT).isEmpty();
        Deque<Kept> newest = new ArrayDeque<>();
        boolean[] cut = {false};
        audit.read(from, one -> {
            AuditRecorded record = one.record();
            boolean early = from != null && record != null && record.at().isBefore(from);
            if (!early && (all || isVisible(rights, record))) {
                newest.add(one);
                if (newest.size() > MOST) {
                    newest.remove();
                    cut[0] = true;
                }
            }
        });
        return new Audit(all, all && from == null && !cut[0], List.copyOf(newest));
    }

    private boolean isVisible(Rights rights, @Nullable AuditRecorded record) {
        if (record == null) {
            return false;
        }
        if (record.cluster() != null) {
            return rights.refusal(
                            Act.AUDIT,
                            record.campaign(),
                            List.of(VisibleFleet.placed(record.cluster(), view.fleet())),
                            "")
                    .isEmpty();
        }
        return record.campaign() != null
                && rights.refusal(Act.AUDIT, record.campaign(), VisibleFleet.placed(record.campaign(), view), "")
                        .isEmpty();
    }

    private static @Nullable Instant from(@Nullable String since) {
        try {
            return since == null ? null : Instant.parse(since);
        } catch (DateTimeException e) {
            String message = "'" + since + "' is no time.";
            throw ProblemDocument.wrongQuery(
                    message, List.of(new Problem("since", message, "a time such as 2026-11-29T10:00:00Z", "")));
        }
    }

    /**
     * The audit.
     *
     * @param everything whether whoever asks may see all of it; else chains have gaps
     * @param whole whether it is all that is kept: nothing left out by time, number or rights
     * @param records the records
     */
    @Schema(name = "Audit", description = "What people asked for, and what they were refused.")
    public record Audit(boolean everything, boolean whole, List<Kept> records) {
        public Audit {
            records = List.copyOf(records);
        }
    }
}
