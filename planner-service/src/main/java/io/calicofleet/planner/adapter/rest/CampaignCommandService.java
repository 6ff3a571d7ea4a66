package io.calicofleet.planner.adapter.rest;

import io.calicofleet.event.CampaignApproved;
import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.CampaignCreated;
import io.calicofleet.event.CampaignDeleted;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignRevised;
import io.calicofleet.event.CampaignSpec;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.ClusterStatus;
import io.calicofleet.event.Event;
import io.calicofleet.event.Procedure;
import io.calicofleet.event.Topic;
import io.calicofleet.kafka.EventJson;
import io.calicofleet.planner.core.CampaignCreation;
import io.calicofleet.planner.core.ClusterCandidate;
import io.calicofleet.planner.core.CommandClauses;
import io.calicofleet.planner.core.RevisionProposal;
import io.calicofleet.planner.core.access.Act;
import io.calicofleet.planner.core.approval.Gate;
import io.calicofleet.planner.core.catalogue.VersionCatalogue;
import io.calicofleet.planner.core.document.Problem;
import io.calicofleet.planner.core.document.Reading;
import io.calicofleet.planner.core.spec.CampaignDefaults;
import io.calicofleet.planner.core.spec.CampaignSpecReader;
import io.calicofleet.planner.port.CommandSender;
import io.calicofleet.planner.port.FleetView;
import io.calicofleet.planner.port.PlanReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes people's wishes: checks them against what is known, and sends them off as commands. */
final class CampaignCommandService {

    /** Who sends what this service accepts. */
    static final String SOURCE = "/calico-fleet/planner";

    private static final Logger LOGGER = LoggerFactory.getLogger(CampaignCommandService.class);

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);
    private static final int LONGEST_CLUSTER_IN_NAME = 40;
    private static final int LETTERS_OF_KEY = 14;
    private static final int LISTED = 20;
    private static final int LARGEST_COMMAND = Topic.MAX_RECORD_BYTES * 3 / 4;

    private final FleetView view;
    private final CommandSender sender;
    private final VersionCatalogue catalogue;
    private final InstantSource clock;
    private final Lookups lookups;
    private final Permits permits;
    private final Approvals approvals;

    /** One to which nobody approves plans. */
    CampaignCommandService(
            FleetView all, FleetView visible, CommandSender sender, VersionCatalogue catalogue, InstantSource clock) {
        this(all, visible, sender, catalogue, clock, new PlansMade(visible, PlanReader.NONE));
    }

    /**
     * A service over the whole fleet.
     *
     * @param visible what of it the person who asks may see
     */
    CampaignCommandService(
            FleetView all,
            FleetView visible,
            CommandSender sender,
            VersionCatalogue catalogue,
            InstantSource clock,
            PlansMade plans) {
        this(all, visible, sender, catalogue, clock, plans, SitePasskeys.NONE);
    }

    /**
     * A service over the whole fleet, whose approvals may be signed.
     *
     * @param visible what of it the person who asks may see
     */
    CampaignCommandService(
            FleetView all,
            FleetView visible,
            CommandSender sender,
            VersionCatalogue catalogue,
            InstantSource clock,
            PlansMade plans,
            SitePasskeys passkeys) {
        this.view = all;
        this.permits = new Permits(all);
        this.sender = sender;
        this.catalogue = catalogue;
        this.clock = clock;
        this.lookups = new Lookups(visible);
        this.approvals = new Approvals(all, lookups, catalogue, clock, plans, passkeys);
    }

    /**
     * Has the campaign of this document created. Where it is there, the same document again changes nothing, and another one is proposed as a
     * revision.
     *
     * @param takesIn whether clusters that fit it since it was created are to take part, by a revision
     */
    Accepted create(@Nullable Object document, boolean takesIn, Caller caller) {
        CampaignSpec spec = read(document);
        Optional<CampaignStatus> existing = view.campaign(spec.name());
        boolean runs = existing.isPresent()
                && existing.get().clusters() > 0
                && !existing.get().phase().terminal();
        return runs && (takesIn || isNews(existing.get(), spec))
                ? revise(existing.get(), spec, takesIn, caller)
                : create(spec, Map.of(), caller);
    }

    /** What a campaign does already takes back what is proposed. */
    private static boolean isNews(CampaignStatus campaign, CampaignSpec spec) {
        return !campaign.spec().equals(spec) || campaign.revision() != null;
    }

    private Accepted revise(CampaignStatus campaign, CampaignSpec spec, boolean takesIn, Caller caller) {
        permits.check(caller.rights(), Act.CREATE, spec.name(), (ClusterId) null);
        permits.check(caller.rights(), Act.CREATE, spec.name(), CampaignCreation.chosen(spec, fleet()));
        String summary = caller.name() + " proposes a revision of " + spec.name() + ".";
        CampaignRevised command = new CampaignRevised(spec.name(), spec, takesIn, caller.identity(), summary);
        Optional<String> objection = CommandClauses.objection(command, caller.name(), new SeenStatus(campaign, view));
        if (objection.isPresent()) {
            throw ProblemDocument.conflict(objection.get(), List.of());
        }
        RevisionProposal made = RevisionProposal.of(
                new SeenMembers(campaign, view), spec, takesIn, fleet(), catalogue, clock.instant());
        if (made.changes().isEmpty() && campaign.revision() == null) {
            return new Accepted(spec.name().value(), null, null, true, null, null, null);
        }
        if (!made.problems().isEmpty()) {
            throw lookups.unlessBehind(ProblemDocument.invalid(
                    "The campaign cannot go on by this document.",
                    made.problems().stream().limit(LISTED).toList()));
        }
        String id = UUID.randomUUID().toString();
        send(id, command, clock.instant(), caller);
        String asks = Gate.ofRevision(campaign.spec().waves(), caller.name(), caller.identity(), List.of())
                .asks();
        return made.changes().isEmpty()
                ? Accepted.sent(spec.name().value(), id)
                : Accepted.proposed(
                        spec.name().value(), id, new Accepted.Proposed(made.digest(), made.changes(), asks));
    }

    /**
     * The same, to be carried out as it was planned.
     *
     * @param plan the name or the digest of the plan
     */
    Accepted create(@Nullable Object document, String plan, Caller caller) {
        CampaignSpec spec = read(document);
        PlanDocument accepted = lookups.plan(plan);
        if (accepted.digest() == null) {
            throw ProblemDocument.conflict(
                    "The plan " + accepted.plan() + " is still being made: apply it once it is.", List.of());
        }
        CampaignSpec planned = accepted.status().spec();
        if (!CampaignDefaults.plan(planned.name(), spec).equals(planned)) {
            throw ProblemDocument.conflict(
                    "The plan " + accepted.plan()
                            + " is of another upgrade: its clusters, waves, target or settings are"
                            + " not those of this document. Make a plan of it, and apply that.",
                    List.of());
        }
        Map<String, String> digests = new TreeMap<>();
        accepted.clusters().forEach(cluster -> digests.put(cluster.cluster().value(), PlanDocument.accepted(cluster)));
        return create(spec, digests, caller);
    }

    /** Has a plan of this document made; each time another one, since what it is about may have changed. */
    Accepted plan(@Nullable Object document, Caller caller) {
        CampaignSpec upgrade = read(document);
        if (!upgrade.procedure().hasTarget()) {
            throw ProblemDocument.invalid(
                    "Only an upgrade can be planned.",
                    List.of(new Problem(
                            "procedure",
                            "A " + upgrade.procedure() + " has no plan.",
                            Procedure.UPGRADE.encode(),
                            "")));
        }
        Instant now = clock.instant();
        String part = upgrade.name().value();
        CampaignName name = CampaignName.of("plan-"
                + part.substring(0, Math.min(part.length(), LONGEST_CLUSTER_IN_NAME))
                        .replaceFirst("-+$", "") + "-"
                + STAMP.format(now) + "-"
                + UUID.randomUUID().toString().substring(0, 4));
        CampaignSpec spec = CampaignDefaults.plan(name, upgrade);
        permits.check(caller.rights(), Act.PLAN, upgrade.name(), CampaignCreation.chosen(spec, fleet()));
        refuseImpossible(spec, caller);
        String summary = caller.name() + " has " + upgrade.name() + " planned.";
        String id = createdId(spec);
        send(id, new CampaignCreated(name, spec, Map.of(), caller.identity(), summary), now, caller);
        return Accepted.sent(name.value(), id);
    }

    private static CampaignSpec read(@Nullable Object document) {
        return switch (CampaignSpecReader.read(document)) {
            case Reading.Refused<CampaignSpec> refused ->
                throw ProblemDocument.invalid("The campaign cannot be understood.", refused.problems());
            case Reading.Read<CampaignSpec> read -> read.value();
        };
    }

    /** Has a campaign of its own put back what the backup in the cluster holds; asked again with the same key, it is the same one. */
    Accepted restore(String cluster, String reason, Optional<String> key, Caller caller) {
        ClusterId id = lookups.served(cluster).cluster();
        permits.check(caller.rights(), Act.RESTORE, id);
        if (reason.isEmpty()) {
            String message = "Whoever has a cluster restored says why.";
            throw ProblemDocument.invalid(
                    message, List.of(new Problem("reason", message, "a sentence of up to 1000 letters", "")));
        }
        Instant now = clock.instant();
        String part = id.value().replace('.', '-');
        String name = "restore-" + part.substring(0, Math.min(part.length(), LONGEST_CLUSTER_IN_NAME)) + "-"
                + key.map(text -> IdempotencyKeys.digest(id.value(), text.getBytes(StandardCharsets.UTF_8)))
                        .map(digest -> digest.substring(0, LETTERS_OF_KEY))
                        .orElseGet(() -> STAMP.format(now));
        if (key.isPresent() && view.campaign(CampaignName.of(name)).isPresent()) {
            return Accepted.sent(name, null);
        }
        CampaignSpec spec = CampaignDefaults.restore(CampaignName.of(name), id);
        String summary = caller.name() + " has " + id + " restored: " + reason;
        send(
                createdId(spec),
                new CampaignCreated(spec.name(), spec, Map.of(), caller.identity(), summary),
                now,
                caller);
        return Accepted.sent(name, null);
    }

    /** Has something done to a campaign, or to one cluster of it. */
    Accepted act(Action action, String campaignName, @Nullable Object body, Caller caller) {
        CampaignStatus campaign = lookups.campaign(campaignName);
        ActionRequest request = ActionRequest.read(body);
        if (request.cluster() != null) {
            lookups.clusterOf(campaign, request.cluster().value());
        }
        ClusterId cluster = request.cluster();
        permits.check(caller.rights(), action.act(request), campaign.campaign(), cluster);
        if (action == Action.TAKE_OVER && cluster != null) {
            view.cluster(campaign.campaign(), cluster)
                    .map(ClusterStatus::waitsFor)
                    .ifPresent(holder -> permits.check(caller.rights(), Act.STEER, holder, cluster));
        }
        Instant until = request.until();
        if (until != null && !until.isAfter(clock.instant())) {
            String message = "The pause would end at " + until + ", which has passed.";
            throw ProblemDocument.invalid(message, List.of(new Problem("until", message, "a time to come", "")));
        }
        String subject = action != Action.APPROVE || cluster != null
                ? request.approval()
                : approvals.subject(campaign, request, caller);
        CampaignCommand command = action.command(campaign.campaign(), request, subject, caller);
        Accepted accepted = ask(campaign, command, caller);
        if (request.breakGlass()) {
            LOGGER.atWarn()
                    .addKeyValue("campaign", campaign.campaign())
                    .addKeyValue("actor", caller.name())
                    .addKeyValue("reason", request.reason())
                    .log("the glass is broken: an approval counts for all");
        }
        return accepted;
    }

    private Accepted ask(CampaignStatus campaign, CampaignCommand command, Caller caller) {
        SeenStatus seen = new SeenStatus(campaign, view);
        CampaignApproved approved = command instanceof CampaignApproved given ? given : null;
        Optional<String> objection = CommandClauses.objection(command, caller.name(), seen)
                .or(() -> approved == null ? Optional.empty() : Approvals.ofAnother(campaign, approved));
        if (objection.isPresent()) {
            throw ProblemDocument.conflict(
                    objection.get(), approved == null ? List.of() : approvals.changed(campaign, approved));
        }
        if (approved != null) {
            approvals.refuseOutdated(campaign, approved);
        }
        String id = UUID.randomUUID().toString();
        send(id, command, clock.instant(), caller);
        return approved == null || approved.cluster() != null
                ? Accepted.sent(null, id)
                : Accepted.approved(id, Approvals.whatComes(campaign, approved, caller), approved.subject())
                        .with(CommandClauses.leaves(approved, caller.name(), seen));
    }

    /** Has a campaign forgotten that is over. */
    Accepted delete(String campaignName, String reason, Caller caller) {
        CampaignStatus campaign = lookups.campaign(campaignName);
        permits.check(caller.rights(), Act.DELETE, campaign.campaign(), (ClusterId) null);
        String why = ActionRequest.reason(reason);
        String summary = caller.name() + " deleted " + campaign.campaign() + (why.isEmpty() ? "." : ": " + why);
        return ask(campaign, new CampaignDeleted(campaign.campaign(), why, summary), caller);
    }

    private Accepted create(CampaignSpec spec, Map<String, String> plans, Caller caller) {
        String id = plans.isEmpty()
                ? createdId(spec)
                : createdId(spec) + "/" + UUID.nameUUIDFromBytes(EventJson.write(plans));
        permits.check(caller.rights(), Act.CREATE, spec.name(), CampaignCreation.chosen(spec, fleet()));
        Optional<CampaignStatus> existing = view.campaign(spec.name());
        // One without clusters was refused when it was created; it may be created anew, by now with clusters perhaps.
        if (existing.isPresent() && existing.get().clusters() > 0) {
            if (existing.get().spec().equals(spec)) {
                refuseOtherPlans(spec.name(), plans);
                return new Accepted(spec.name().value(), null, null, true, null, null, null);
            }
            String message = "There is another campaign of the name '" + spec.name() + "'.";
            throw ProblemDocument.conflict(
                    message, List.of(new Problem("name", message, "a name not used before", "")));
        }
        refuseImpossible(spec, caller);
        String summary = caller.name() + " created campaign " + spec.name() + ".";
        send(id, new CampaignCreated(spec.name(), spec, plans, caller.identity(), summary), clock.instant(), caller);
        return Accepted.sent(spec.name().value(), id).with(notes(spec));
    }

    /** A campaign keeps to the plan it was created with; nobody is to believe that it keeps to another. */
    private void refuseOtherPlans(CampaignName campaign, Map<String, String> plans) {
        boolean others = !plans.isEmpty()
                && view.clusters(campaign).stream()
                        .anyMatch(cluster -> !Objects.equals(
                                cluster.acceptedPlan(),
                                plans.get(cluster.cluster().value())));
        if (others) {
            throw ProblemDocument.conflict(
                    "The campaign " + campaign
                            + " is there already and keeps to another plan, or to none. Give the file"
                            + " another name, or leave out the plan.",
                    List.of());
        }
    }

    /** Said at once, not by a campaign that fails. */
    private void refuseImpossible(CampaignSpec spec, Caller caller) {
        List<Problem> problems = CampaignCreation.problems(spec, fleet(), catalogue, caller.name(), clock.instant());
        if (!problems.isEmpty()) {
            throw lookups.unlessBehind(ProblemDocument.invalid(
                    "The campaign does not fit the clusters that executors serve.",
                    problems.stream().limit(LISTED).toList()));
        }
    }

    private List<ClusterCandidate> fleet() {
        return SeenMembers.fleet(view);
    }

    /** What a person should know of a campaign that is possible: by its versions, and of clusters that others have. */
    private List<String> notes(CampaignSpec spec) {
        List<ClusterCandidate> fleet = fleet();
        List<String> notes = new ArrayList<>(CampaignCreation.notes(spec, fleet, catalogue));
        Map<ClusterId, CampaignName> engagements = view.engagements();
        Map<CampaignName, List<ClusterId>> others = CampaignCreation.chosen(spec, fleet).stream()
                .map(ClusterCandidate::cluster)
                .filter(cluster ->
                        engagements.containsKey(cluster) && !spec.name().equals(engagements.get(cluster)))
                .collect(Collectors.groupingBy(
                        cluster -> Objects.requireNonNull(engagements.get(cluster)),
                        TreeMap::new,
                        Collectors.toList()));
        others.forEach((campaign, clusters) -> notes.add(clusters.size() + " of its clusters, such as "
                + clusters.getFirst() + ", are in campaign " + campaign + ", which has not ended; they wait for it."));
        return notes;
    }

    /** The status of its campaign, or the steps that come of it, repeat it and tell more, in one record. */
    private static void refuseTooLarge(CampaignCommand command) {
        int bytes = EventJson.write(command).length;
        if (bytes > LARGEST_COMMAND) {
            boolean created = command instanceof CampaignCreated;
            String what = created ? "campaign" : "command";
            String message =
                    "The " + what + " takes " + bytes + " bytes as a record; at most " + LARGEST_COMMAND + " fit. "
                            + (created
                                    ? "Choose clusters by their labels instead of naming each, or make several campaigns of it."
                                    : "Say less at once: answer fewer questions in one approval, or give a shorter policy.");
            throw ProblemDocument.tooLarge(message);
        }
    }

    private void send(String id, CampaignCommand command, Instant now, Caller caller) {
        refuseTooLarge(command);
        sender.send(Event.of(id, SOURCE, now, caller.name(), caller.trace(), command));
    }

    /** The same campaign asked for twice is the same event. */
    private static String createdId(CampaignSpec spec) {
        UUID ofContent = UUID.nameUUIDFromBytes(EventJson.write(spec));
        return spec.name() + "/created/" + ofContent;
    }
}
