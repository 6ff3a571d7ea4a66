package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Stop;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.document.ObjectReader;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.FleetView;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes what people wish of all campaigns at once. */
final class FleetCommandService {

    private static final String REASON = "a sentence of up to 1000 letters";

    private final FleetView view;
    private final CommandSender sender;
    private final InstantSource clock;

    FleetCommandService(FleetView view, CommandSender sender, InstantSource clock) {
        this.view = view;
        this.sender = sender;
        this.clock = clock;
    }

    /** Stops everything, or says anew why it is stopped. */
    Accepted stop(@Nullable Object body, Caller caller) {
        Permits.check(caller.rights(), Act.STOP);
        String reason = reason(body);
        Instant now = clock.instant();
        return send(FleetStop.of(new Stop(caller.name(), reason, now), now), now, caller);
    }

    /** Ends the stop. */
    Accepted resume(@Nullable Object body, Caller caller) {
        Permits.check(caller.rights(), Act.GO_ON);
        String reason = reason(body);
        if (view.stop().isEmpty() && view.behind().isEmpty()) {
            throw ProblemDocument.conflict("Nothing is stopped; there is nothing to resume.", List.of());
        }
        Instant now = clock.instant();
        String summary = "Everything goes on: " + caller.name() + " ended the stop: " + reason;
        return send(new FleetStop(null, now, summary), now, caller);
    }

    private Accepted send(FleetStop stop, Instant now, Caller caller) {
        String id = UUID.randomUUID().toString();
        sender.send(Event.of(id, CampaignCommandService.SOURCE, now, caller.name(), caller.trace(), stop));
        return Accepted.sent(null, id);
    }

    private static String reason(@Nullable Object body) {
        List<Problem> problems = new ArrayList<>();
        ObjectReader reader = ObjectReader.of(body, "", problems);
        String reason = reader.required("reason", ActionRequest::reasonGiven, REASON);
        reader.finish();
        if (reason == null || !problems.isEmpty()) {
            throw ProblemDocument.invalid("Whoever stops or resumes everything says why.", problems);
        }
        return reason;
    }
}
