package io.calicofleet.planner.core.access;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.ClusterId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one person may do. What is not granted is refused.
 *
 * @param person who
 * @param grants what they have
 */
public record Rights(Person person, List<Grant> grants) {

    public Rights {
        grants = List.copyOf(grants);
    }

    /**
     * A cluster as far as it decides who may do something with it.
     *
     * @param id which one
     * @param labels as its executor announces them; empty where nobody serves it
     */
    public record Placed(ClusterId id, Map<String, String> labels) {
        public Placed {
            labels = Map.copyOf(labels);
        }
    }

    /** What is granted to somebody by these grants. */
    public static Rights of(Person person, Collection<Grant> all) {
        return new Rights(
                person, all.stream().filter(grant -> grant.isOf(person)).toList());
    }

    /** The roles they have somewhere. */
    public SortedSet<Role> roles() {
        return grants.stream().map(Grant::role).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether there is nothing that they may not see. */
    public boolean seesAll() {
        return grants.stream().anyMatch(grant -> grant.scope().all());
    }

    /** Whether they may see a campaign, if one of its clusters: a campaign without clusters is seen by its name. */
    public boolean sees(CampaignName campaign, Collection<Placed> clusters) {
        return any(
                Act.SEE,
                grant -> grant.scope().has(campaign)
                        && (clusters.isEmpty()
                                || clusters.stream()
                                        .anyMatch(cluster -> grant.scope().has(cluster.id(), cluster.labels()))));
    }

    /** Whether they may see a cluster, in that campaign; null: whatever has it. */
    public boolean sees(@Nullable CampaignName campaign, Placed cluster) {
        return allowed(Act.SEE, campaign, cluster);
    }

    /**
     * Why they may not do that to a campaign with all these clusters; empty: they may. A part of the clusters is not enough.
     *
     * @param campaign which one; null: none, the clusters alone
     * @param what the campaign or cluster, in words
     */
    public Optional<String> refusal(
            Act act, @Nullable CampaignName campaign, Collection<Placed> clusters, String what) {
        if (clusters.isEmpty()) {
            return any(act, grant -> campaign == null || grant.scope().has(campaign))
                    ? Optional.empty()
                    : Optional.of(refused(act, what));
        }
        List<Placed> outside = clusters.stream()
                .filter(cluster -> !allowed(act, campaign, cluster))
                .toList();
        if (outside.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                outside.size() == clusters.size()
                        ? refused(act, what)
                        : person.name() + " may not " + act.verb() + " " + what + ": "
                                + (outside.size() == 1
                                        ? "one of its clusters is"
                                        : outside.size() + " of its clusters are")
                                + " outside of what " + person.name() + " has that role for.");
    }

    /** Why they may not do that to all of it, whatever there is; empty: they may. */
    public Optional<String> refusalOfAll(Act act) {
        // A stop harms nobody: whoever may stop something may stop everything.
        return any(act, grant -> act == Act.STOP || grant.scope().all())
                ? Optional.empty()
                : Optional.of(refused(act, "everything"));
    }

    /** Why they may do that to nothing; empty: there may be something. */
    public Optional<String> refusalAnywhere(Act act) {
        return any(act, grant -> true) ? Optional.empty() : Optional.of(refused(act, "anything"));
    }

    private String refused(Act act, String what) {
        if (person.delegate().isPresent() && !Delegate.may(act)) {
            return "Through " + person.delegate().get() + ", " + person.name() + " may not " + act.verb() + " " + what
                    + ": that is done on the page or the command line.";
        }
        String has = roles().stream().map(Role::encode).collect(Collectors.joining(", "));
        return person.name() + " may not " + act.verb() + " " + what + ": that takes the role " + Role.allowing(act)
                + " for it; " + person.name() + " has " + (has.isEmpty() ? "none" : has + " elsewhere or here") + ".";
    }

    private boolean allowed(Act act, @Nullable CampaignName campaign, Placed cluster) {
        return any(
                act,
                grant -> (campaign == null || grant.scope().has(campaign))
                        && grant.scope().has(cluster.id(), cluster.labels()));
    }

    private boolean any(Act act, Predicate<Grant> matches) {
        return (person.delegate().isEmpty() || Delegate.may(act))
                && grants.stream().anyMatch(grant -> grant.role().may(act) && matches.test(grant));
    }
}
