package io.calicofleet.integrations.adapter.chat;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.core.chat.Notes;
import io.calicofleet.integrations.core.chat.Waiting;
import io.calicofleet.integrations.port.Planner;
import io.calicofleet.integrations.port.Planner.Away;
import io.calicofleet.integrations.port.Planner.Given;
import io.calicofleet.integrations.port.Planner.OnBehalf;
import io.calicofleet.integrations.port.Planner.Refused;
import io.calicofleet.integrations.port.Planner.Reply;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people ask in a chat and what they are answered. The planner decides: its refusal is told as it is. All of it is plain text. */
public final class Dialogue {

    /** What the commands are called. */
    public static final String COMMAND = "/calico-fleet";

    /** How a campaign is refused: nothing new starts. */
    public static final String PAUSE = "pause";

    /** How a campaign is refused: for good. */
    public static final String ABORT = "abort";

    private static final int LISTED = 20;
    private static final List<String> HELP = List.of(
            COMMAND + " status: the campaigns that are not over",
            COMMAND + " status NAME: where a campaign is",
            COMMAND + " why NAME: why it is there, and who or what ends that",
            COMMAND + " approve NAME: look at what waits for an approval, and approve or leave it",
            "What you may see and do is the planner's to say, as everywhere.");

    private final Planner planner;
    private final String chat;
    private final @Nullable URI page;

    /**
     * One over a planner.
     *
     * @param chat what the chat is called
     * @param page where the page is, for people; null: nobody said
     */
    public Dialogue(Planner planner, String chat, @Nullable URI page) {
        this.planner = requireNonNull(planner, "planner");
        this.chat = requireNonNull(chat, "chat");
        this.page = page;
    }

    /** What the slash command asks for. */
    public sealed interface Command {

        /** To be told something. */
        record Tell(Answer answer) implements Command {}

        /** To decide about a campaign. */
        record Decide(String campaign) implements Command {}

        /** Nothing that there is. */
        record Help(List<String> lines) implements Command {}
    }

    /** What somebody is told. */
    public interface Answer {

        /**
         * The lines.
         *
         * @param person who asks; null: nobody the planner could know, who sees what the room sees
         */
        List<String> of(@Nullable OnBehalf person) throws InterruptedException;
    }

    /** What somebody sees who wants to decide. */
    public sealed interface Sight {

        /** There is nothing to decide. */
        record Nothing(List<String> lines) implements Sight {}

        /** It is theirs to decide, for all the planner says now. */
        record Asked(About about, List<String> lines) implements Sight {}
    }

    /**
     * What came of a decision.
     *
     * @param done whether the planner took it
     * @param sentence what it says
     */
    public record Result(boolean done, String sentence) {}

    /** Whether a campaign may be called so; whatever else comes from a chat is not asked for. */
    public static boolean isName(String text) {
        try {
            return !CampaignName.of(text).value().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Reads what follows the name of the command. */
    public Command command(String text) {
        String[] words = text.isBlank() ? new String[] {"help"} : text.strip().split("\\s+", -1);
        boolean named = words.length == 2 && isName(words[1]);
        return switch (words[0]) {
            case "status" ->
                words.length == 1
                        ? new Command.Tell(this::all)
                        : named ? new Command.Tell(person -> status(words[1], person)) : new Command.Help(HELP);
            case "why" -> named ? new Command.Tell(person -> why(words[1], person)) : new Command.Help(HELP);
            case "approve" -> named ? new Command.Decide(words[1]) : new Command.Help(HELP);
            default -> new Command.Help(HELP);
        };
    }

    /**
     * What somebody sees before they decide.
     *
     * @param approves whether it is to be approved; else refused
     * @param digest what they were shown; null: whatever waits
     */
    public Sight look(boolean approves, String campaign, @Nullable String digest, Optional<OnBehalf> person)
            throws InterruptedException {
        if (person.isEmpty()) {
            return new Sight.Nothing(unknown());
        }
        Reply<List<Waiting>> waiting = planner.waiting(campaign, person.get());
        if (!(waiting instanceof Given<List<Waiting>> given)) {
            return new Sight.Nothing(List.of(said(waiting)));
        }
        Optional<Waiting> wanted = given.value().stream()
                .filter(one -> digest == null || one.digest().equals(digest))
                .findFirst();
        if (wanted.isEmpty()) {
            return new Sight.Nothing(List.of(
                    digest == null
                            ? "Nothing of " + campaign + " waits for an approval. " + COMMAND + " why " + campaign
                                    + " says what it waits for."
                            : "What was shown here waits no longer for an approval."));
        }
        if (wanted.get().passkey() && approves) {
            return new Sight.Nothing(List.of(
                    Notes.summary(wanted.get()),
                    "It is signed with a passkey, which " + chat + " has none of: approve it on the page"
                            + (page == null ? "." : ", " + page + ".")));
        }
        return new Sight.Asked(
                new About(campaign, wanted.get().digest()),
                lines(wanted.get(), planner.explanation(campaign, person.get())));
    }

    private static List<String> lines(Waiting waiting, Reply<Explanation> why) {
        List<String> lines = new ArrayList<>(List.of(Notes.summary(waiting)));
        if (why instanceof Given<Explanation> given) {
            given.value().reasons().stream()
                    .filter(reason -> Notes.isOf(waiting, reason))
                    .findFirst()
                    .ifPresent(reason -> {
                        lines.add(reason.sentence());
                        lines.add(reason.ends());
                        reason.evidence().stream()
                                .limit(LISTED)
                                .map(line -> "- " + line)
                                .forEach(lines::add);
                    });
        }
        lines.add("Digest: " + waiting.digest());
        return lines;
    }

    private List<String> unknown() {
        return List.of(
                "You can look, and not act: the planner's name for you is not known here.",
                "Whoever runs calico-fleet adds you to the file of users of " + chat + ".");
    }

    /**
     * Has the planner do what somebody decided. It is asked once more what waits: to refuse something else would harm somebody else's work.
     *
     * @param approves whether it is approved
     * @param how where it is not: {@link #PAUSE} or {@link #ABORT}
     * @param person who decided; empty: nobody the planner could know, and nothing is done
     */
    public Result decide(boolean approves, About about, String how, String reason, Optional<OnBehalf> person)
            throws InterruptedException {
        if (person.isEmpty()) {
            return new Result(false, String.join("\n", unknown()));
        }
        Reply<List<Waiting>> waiting = planner.waiting(about.campaign(), person.get());
        if (!(waiting instanceof Given<List<Waiting>> given)) {
            return new Result(false, said(waiting));
        }
        Optional<Waiting> wanted = given.value().stream()
                .filter(one -> one.digest().equals(about.digest()))
                .findFirst();
        if (wanted.isEmpty()) {
            return new Result(false, "Nothing is done: what was shown waits no longer for an approval.");
        }
        Reply<String> answer = approves
                ? planner.approve(about.campaign(), wanted.get(), reason, person.get())
                : planner.act(about.campaign(), how, reason, person.get());
        return answer instanceof Given<String> done ? new Result(true, done.value()) : new Result(false, said(answer));
    }

    private List<String> all(@Nullable OnBehalf person) throws InterruptedException {
        Reply<List<CampaignStatus>> all = planner.campaigns(person);
        if (!(all instanceof Given<List<CampaignStatus>> given)) {
            return List.of(said(all));
        }
        List<String> lines = given.value().stream()
                .filter(campaign -> !campaign.phase().terminal())
                .map(campaign -> campaign.campaign() + ": " + campaign.phase() + ". " + campaign.summary())
                .toList();
        if (lines.isEmpty()) {
            return List.of("No campaign is under way.");
        }
        List<String> some = new ArrayList<>(lines.stream().limit(LISTED).toList());
        if (lines.size() > LISTED) {
            some.add((lines.size() - LISTED) + " more.");
        }
        return some;
    }

    private List<String> status(String name, @Nullable OnBehalf person) throws InterruptedException {
        Reply<CampaignStatus> campaign = planner.campaign(name, person);
        if (!(campaign instanceof Given<CampaignStatus> given)) {
            return List.of(said(campaign));
        }
        Note note = Notes.progress(given.value());
        List<String> lines = new ArrayList<>(List.of(note.headline()));
        lines.addAll(note.lines());
        lines.addAll(note.remarks());
        return lines;
    }

    private List<String> why(String name, @Nullable OnBehalf person) throws InterruptedException {
        Reply<Explanation> why = planner.explanation(name, person);
        if (!(why instanceof Given<Explanation> given)) {
            return List.of(said(why));
        }
        List<String> lines = new ArrayList<>(List.of(given.value().summary()));
        // What keeps the whole campaign is a reason of its clusters too.
        Set<String> told = new HashSet<>();
        given.value().reasons().stream()
                .filter(reason -> told.add(reason.sentence() + reason.ends()))
                .limit(LISTED)
                .forEach(reason -> {
                    lines.add("- " + reason.sentence()
                            + (reason.count() > 1 ? " (" + reason.count() + " clusters)" : ""));
                    lines.add("  " + reason.ends());
                });
        return lines;
    }

    private static String said(Reply<?> reply) {
        return switch (reply) {
            case Refused<?> refused -> refused.sentence();
            case Away<?> away -> "Nothing is known to have been done: " + away.reason() + ".";
            case Given<?> given -> "";
        };
    }
}
