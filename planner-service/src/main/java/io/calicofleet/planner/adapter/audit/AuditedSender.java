package io.calicofleet.planner.adapter.audit;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.model.Digests;
import io.calicofleet.planner.core.audit.Asked;
import io.calicofleet.planner.port.CommandSender;
import org.jspecify.annotations.Nullable;

/**
 * Has each command written down before it is sent: one that cannot be written is not sent. A stop of everything alone is sent first, for it
 * harms nobody and may be needed because something is broken.
 */
public final class AuditedSender implements CommandSender {

    private static final int ACCEPTED = 202;

    private final CommandSender sender;
    private final AuditLog log;
    private final Requester requester;

    /** Tells of the request at hand. */
    @FunctionalInterface
    public interface Requester {

        /** What is asked by it, about this. */
        Asked asks(
                @Nullable CampaignName campaign,
                @Nullable ClusterId cluster,
                Asked.Sent command,
                int status,
                String summary);
    }

    /**
     * Before {@code sender}.
     *
     * @param requester who makes the request at hand
     */
    public AuditedSender(CommandSender sender, AuditLog log, Requester requester) {
        this.sender = sender;
        this.log = log;
        this.requester = requester;
    }

    @Override
    public void send(Event<? extends FleetEvent> command) {
        Asked asked = asked(command);
        if (command.data() instanceof FleetStop stop && stop.stop() != null) {
            sender.send(command);
            log.tell(asked);
            return;
        }
        try {
            log.write(asked);
        } catch (RuntimeException e) {
            throw new CommandNotAcceptedException(
                    "Nothing is done, for it could not be written to the audit: " + e.getMessage(), e);
        }
        sender.send(command);
    }

    private Asked asked(Event<? extends FleetEvent> command) {
        CampaignApproved approved = command.data() instanceof CampaignApproved given ? given : null;
        Asked.Sent sent = new Asked.Sent(
                command.attributes().id(),
                Digests.sha256(EventJson.write(command.data())),
                approved == null ? null : approved.digest(),
                approved != null && approved.breakGlass());
        return requester.asks(
                command.attributes().campaign(),
                command.attributes().subject(),
                sent,
                ACCEPTED,
                command.data().summary());
    }
}
