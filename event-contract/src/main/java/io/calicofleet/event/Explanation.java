package io.calicofleet.event;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a campaign, or one of its clusters, is where it is: an answer of the planner, no event.
 *
 * @param campaign which campaign
 * @param cluster which of its clusters; null: the campaign as a whole
 * @param summary where it is, in a sentence
 * @param stop who stopped everything, so that nothing new starts in this campaign or another; null: nobody
 * @param places how many clusters are in flight, of how many that may be
 * @param failures how many failures count, of how many that may before nothing new starts
 * @param reasons what is not finished, and why: what ends by itself last; none where all is done
 */
public record Explanation(
        CampaignName campaign,
        @Nullable ClusterId cluster,
        String summary,
        @Nullable Stop stop,
        Used places,
        Used failures,
        List<Reason> reasons) {

    /** Stands in a command where an approval names the review it is about, which only the review itself shows. */
    public static final String DIGEST = "DIGEST-OF-THE-REVIEW";

    public Explanation {
        requireNonNull(campaign, "campaign");
        requireNonNull(summary, "summary");
        requireNonNull(places, "places");
        requireNonNull(failures, "failures");
        reasons = Copies.list(reasons);
    }

    /** The same, shown together with the review of this digest: an approval names what was seen. */
    public Explanation withDigest(String digest) {
        return new Explanation(
                campaign,
                cluster,
                summary,
                stop,
                places,
                failures,
                reasons.stream().map(reason -> reason.withDigest(digest)).toList());
    }

    /**
     * So many of so many.
     *
     * @param used in use, or spent
     * @param allowed at most
     */
    public record Used(int used, int allowed) {}

    /**
     * Why something is not finished, and what ends that.
     *
     * @param rule the name of the rule by which it waits: {@code places}, {@code traffic-review}
     * @param says the rule, for people
     * @param clusters which clusters, by id, not more than {@link #NAMED}; none where it is the campaign as a whole
     * @param count how many clusters; where it is the campaign as a whole, how many have not started because of that
     * @param sentence what is so, in a sentence
     * @param since since when; null where nobody noted it
     * @param events ids of events behind it
     * @param evidence what they tell, a line each
     * @param ends what ends it, in a sentence
     * @param endedBy who or what can end it
     * @param commands what to type, in the order in which to think of it
     */
    public record Reason(
            String rule,
            String says,
            List<ClusterId> clusters,
            int count,
            String sentence,
            @Nullable Instant since,
            List<String> events,
            List<String> evidence,
            String ends,
            EndedBy endedBy,
            List<NextCommand> commands) {

        /** How many clusters one reason names. */
        public static final int NAMED = 20;

        public Reason {
            requireNonNull(rule, "rule");
            requireNonNull(says, "says");
            requireNonNull(sentence, "sentence");
            requireNonNull(ends, "ends");
            requireNonNull(endedBy, "endedBy");
            clusters = clusters != null && clusters.size() > NAMED
                    ? List.copyOf(clusters.subList(0, NAMED))
                    : Copies.list(clusters);
            events = Copies.list(events);
            evidence = Lines.few(evidence);
            commands = Copies.list(commands);
        }

        /** The same of these clusters, {@code many} in all. */
        public Reason about(List<ClusterId> others, int many) {
            return new Reason(rule, says, others, many, sentence, since, events, evidence, ends, endedBy, commands);
        }

        private Reason withDigest(String digest) {
            List<NextCommand> named = commands.stream()
                    .map(next -> new NextCommand(next.label(), next.command().replace(DIGEST, digest)))
                    .toList();
            return new Reason(rule, says, clusters, count, sentence, since, events, evidence, ends, endedBy, named);
        }
    }

    /**
     * A command to type.
     *
     * @param label when to type it: {@code or leave it out}
     * @param command without the program's name and the server: {@code skip calico-3-22 --cluster eu-west-1}
     */
    public record NextCommand(String label, String command) {

        public NextCommand {
            requireNonNull(label, "label");
            requireNonNull(command, "command");
        }
    }
}
