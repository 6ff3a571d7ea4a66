package io.calicofleet.integrations.core;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.Event;
import io.calicofleet.event.EventType;
import io.calicofleet.event.FleetEvent;
import io.calicofleet.event.FleetStop;
import io.calicofleet.event.Topic;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What somebody wants to be told.
 *
 * @param types the events, by the short names of their types, such as {@code step.*}
 * @param campaigns their names; empty: all, and what belongs to no campaign
 * @param least how severe it has to be at least
 */
public record Subscription(List<Glob> types, List<Glob> campaigns, Severity least) {

    /** What is told outside: not what the services tell each other only, which is much and says nothing that these do not. */
    private static final Set<Topic> OFFERED = EnumSet.of(
            Topic.CLUSTERS,
            Topic.COMMANDS,
            Topic.PROGRESS,
            Topic.PLANS,
            Topic.VERDICTS,
            Topic.STATUS,
            Topic.FLEET,
            Topic.FAILURES,
            Topic.AUDIT);

    public Subscription {
        types = List.copyOf(types);
        campaigns = List.copyOf(campaigns);
        requireNonNull(least, "least");
    }

    /** The types there are to choose from. */
    public static List<EventType> offered() {
        return Arrays.stream(EventType.values())
                .filter(type -> OFFERED.contains(type.topic()))
                .toList();
    }

    /** The topics that have what is wanted. */
    public Set<Topic> topics() {
        return offered().stream().filter(this::names).map(EventType::topic).collect(Collectors.toSet());
    }

    /** Whether an event is wanted. A stop of everything is about every campaign. */
    public boolean wants(Event<? extends FleetEvent> event) {
        CampaignName campaign = event.attributes().campaign();
        return OFFERED.contains(event.data().type().topic())
                && names(event.data().type())
                && Severity.of(event.data()).atLeast(least)
                && (campaigns.isEmpty()
                        || event.data() instanceof FleetStop
                        || (campaign != null && any(campaigns, campaign.value())));
    }

    /** Who asked for what is told only to whom that was meant for. */
    private boolean names(EventType type) {
        return any(types, type.shortName())
                && (type != EventType.AUDIT_RECORDED
                        || types.stream().anyMatch(glob -> glob.text().startsWith("audit")));
    }

    private static boolean any(List<Glob> globs, String name) {
        return globs.stream().anyMatch(glob -> glob.matches(name));
    }
}
