package io.calicofleet.integrations.core.chat;

import io.calicofleet.event.CampaignPhase;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.ClusterId;
import io.calicofleet.event.EndedBy;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.Explanation.Reason;
import io.calicofleet.event.WaveStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What there is to say of a campaign: in the planner's own words where somebody is waited for. */
public final class Notes {

    static final String WAVE_APPROVAL = "wave-approval";
    static final String REVISION = "revision";

    private static final int CHANGES = 10;
    private static final int NAMED = 10;
    private static final int WAVES = 12;

    private Notes() {}

    /** The message of the campaign itself, which changes as it goes on. */
    public static Note progress(CampaignStatus campaign) {
        List<String> lines = new ArrayList<>();
        lines.add(campaign.summary().isBlank() ? campaign.phase().sentence() : campaign.summary());
        lines.add(campaign.clusters()
                + (campaign.clusters() == 1 ? " cluster" : " clusters")
                + (campaign.phases().isEmpty() ? "." : ": " + counts(campaign.phases()) + "."));
        campaign.waves().stream().limit(WAVES).map(Notes::wave).forEach(lines::add);
        if (campaign.waves().size() > WAVES) {
            lines.add((campaign.waves().size() - WAVES) + " more waves.");
        }
        return new Note(
                Note.PROGRESS,
                campaign.campaign() + " is " + campaign.phase().encode().replace('-', ' '),
                lines,
                List.of(campaign.spec().said() + (campaign.author() == null ? "" : ", by " + campaign.author())),
                null);
    }

    private static String wave(WaveStatus wave) {
        return "Wave " + wave.name() + ": "
                + (wave.phases().isEmpty() ? wave.clusters() + " clusters" : counts(wave.phases()))
                + (wave.waitsFor().isEmpty() || wave.startedAt() != null ? "" : ". " + wave.waitsFor());
    }

    private static String counts(Map<String, Integer> phases) {
        return new TreeMap<>(phases)
                .entrySet().stream()
                        .filter(phase -> phase.getValue() > 0)
                        .map(phase -> phase.getValue() + " " + phase.getKey())
                        .collect(Collectors.joining(", "));
    }

    /**
     * What is told beside, by key: what waits for a person, failures, the end.
     *
     * @param waiting what waits for an approval
     * @param all whether each phase is told too
     */
    public static Map<String, Note> beside(
            CampaignStatus campaign, Explanation why, List<Waiting> waiting, boolean all) {
        Map<String, Note> notes = new LinkedHashMap<>();
        if (campaign.phase().terminal()) {
            put(
                    notes,
                    Note.lasting(
                            "end/" + campaign.phase(),
                            campaign.campaign()
                                    + (campaign.phase() == CampaignPhase.SUCCEEDED ? " has succeeded" : " is over: ")
                                    + (campaign.phase() == CampaignPhase.SUCCEEDED
                                            ? ""
                                            : campaign.phase().encode()),
                            List.of(campaign.summary())));
            return notes;
        }
        if (all) {
            put(
                    notes,
                    Note.lasting(
                            "phase/" + campaign.phase() + "/" + campaign.since(),
                            campaign.campaign() + " is "
                                    + campaign.phase().encode().replace('-', ' '),
                            List.of(campaign.summary())));
        }
        why.reasons().stream()
                .filter(reason -> reason.endedBy() != EndedBy.ITSELF)
                .forEach(reason -> put(notes, waits(campaign, reason, waiting)));
        return notes;
    }

    private static void put(Map<String, Note> notes, Note note) {
        notes.putIfAbsent(note.key(), note);
    }

    private static Note waits(CampaignStatus campaign, Reason reason, List<Waiting> waiting) {
        Optional<Waiting> approval =
                waiting.stream().filter(one -> one.isOf(reason.rule())).findFirst();
        String first =
                reason.clusters().isEmpty() ? "" : reason.clusters().getFirst().value();
        List<String> lines = new ArrayList<>(List.of(reason.sentence()));
        lines.add(reason.ends());
        reason.evidence().stream().limit(CHANGES).map(line -> "- " + line).forEach(lines::add);
        List<String> remarks = new ArrayList<>();
        approval.ifPresent(one -> {
            remarks.add(summary(one));
            remarks.add(
                    "Digest " + one.digest() + (one.passkey() ? "; it is signed with a passkey, on the page." : ""));
        });
        if (!reason.clusters().isEmpty()) {
            remarks.add("On " + named(reason.clusters(), reason.count()));
        }
        if (approval.isEmpty()) {
            reason.commands().forEach(next -> remarks.add(next.label() + ": calico-fleet " + next.command()));
        }
        return new Note(
                reason.rule() + "/" + approval.map(Waiting::digest).orElse(first),
                campaign.campaign() + " waits: " + reason.rule().replace('-', ' '),
                lines,
                remarks,
                approval.filter(one -> !one.passkey())
                        .map(one -> new About(campaign.campaign().value(), one.digest()))
                        .orElse(null));
    }

    /** Whether a reason why a campaign waits is that this waits for an approval. */
    public static boolean isOf(Waiting waiting, Reason reason) {
        return waiting.isOf(reason.rule());
    }

    /** What is approved, in a sentence. */
    public static String summary(Waiting waiting) {
        return "Approved would be: " + waiting.subject().what() + " of "
                + waiting.subject().campaign() + ", created "
                + waiting.subject().createdAt() + ": " + waiting.subject().said() + ".";
    }

    private static String named(List<ClusterId> clusters, int count) {
        List<String> some = clusters.stream().limit(NAMED).map(ClusterId::value).toList();
        return String.join(", ", some) + (count > some.size() ? " and " + (count - some.size()) + " more" : "");
    }

    /** What a message is replaced by when what it told has passed. */
    static Note settled(String key, String headline) {
        return new Note(key, "Done: " + headline, List.of(), List.of(), null);
    }
}
