package io.calicofleet.integrations.adapter.slack;

import static java.util.Objects.requireNonNull;

import com.slack.api.app_backend.interactive_components.payload.BlockActionPayload;
import com.slack.api.app_backend.views.payload.ViewSubmissionPayload;
import com.slack.api.bolt.App;
import com.slack.api.bolt.context.Context;
import com.slack.api.bolt.context.builtin.SlashCommandContext;
import com.slack.api.bolt.response.Response;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.response.views.ViewsOpenResponse;
import com.slack.api.methods.response.views.ViewsUpdateResponse;
import com.slack.api.model.view.View;
import com.slack.api.model.view.ViewState;
import io.calicofleet.event.CampaignName;
import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.event.LogKeys;
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
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people do in Slack: buttons, modals, the slash command. Slack wants an answer within 3 seconds, so it gets one at once, and what the planner
 * says follows. The planner decides: its refusal is shown as it is.
 */
final class SlackActs implements AutoCloseable {

    static final String COMMAND = "/calico-fleet";

    private static final Logger LOGGER = LoggerFactory.getLogger(SlackActs.class);
    private static final int LISTED = 20;
    private static final String SHORT_DIGEST_REMARK = "Digest: ";

    private static final List<String> HELP = List.of(
            COMMAND + " status: the campaigns that are not over",
            COMMAND + " status NAME: where a campaign is",
            COMMAND + " why NAME: why it is there, and who or what ends that",
            COMMAND + " approve NAME: look at what waits for an approval, and approve or leave it",
            "What you may see and do is the planner's to say, as everywhere.");

    private final MethodsClient slack;
    private final Planner planner;
    private final SlackUsers users;
    private final @Nullable URI page;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Over a client with the app's token.
     *
     * @param page where the page is, for people; null: nobody said
     */
    SlackActs(MethodsClient slack, Planner planner, SlackUsers users, @Nullable URI page) {
        this.slack = requireNonNull(slack, "slack");
        this.planner = requireNonNull(planner, "planner");
        this.users = requireNonNull(users, "users");
        this.page = page;
    }

    /** Has {@code app} do all this. */
    void in(App app) {
        for (String action : List.of(SlackBlocks.APPROVE, SlackBlocks.REFUSE)) {
            app.blockAction(action, (request, context) -> {
                BlockActionPayload payload = request.getPayload();
                Optional<About> about =
                        SlackBlocks.about(payload.getActions().getFirst().getValue());
                if (about.isPresent() && isName(about.get().campaign())) {
                    later(() -> open(
                            payload.getTriggerId(),
                            action,
                            about.get().campaign(),
                            about.get().digest(),
                            who(context, payload.getUser().getId())));
                }
                return context.ack();
            });
            app.viewSubmission(action, (request, context) -> {
                ViewSubmissionPayload payload = request.getPayload();
                View view = payload.getView();
                Optional<About> about = SlackBlocks.about(view.getPrivateMetadata());
                String reason = text(view.getState(), SlackBlocks.REASON);
                if (reason.isBlank()) {
                    return context.ackWithErrors(Map.of(SlackBlocks.REASON, "Say why: people will read it."));
                }
                if (about.isPresent() && isName(about.get().campaign())) {
                    String how = choice(view.getState());
                    later(() -> act(
                            view.getId(),
                            action,
                            about.get(),
                            how,
                            reason,
                            who(context, payload.getUser().getId())));
                }
                return context.ackWithUpdate(SlackBlocks.telling(List.of("The planner is asked …")));
            });
        }
        app.command(
                COMMAND,
                (request, context) -> command(
                        request.getPayload().getText() == null
                                ? ""
                                : request.getPayload().getText().strip(),
                        request.getPayload().getUserId(),
                        context));
    }

    /** Finds out who somebody is, where it may take longer than Slack waits. */
    private interface Who {
        Optional<OnBehalf> find() throws IOException;
    }

    private Who who(Context context, String user) {
        // A member of another workspace comes with the team of that: the app's own is what counts.
        String team = context.getAuthTestResponse() == null
                ? context.getTeamId()
                : context.getAuthTestResponse().getTeamId();
        return () -> users.find(String.valueOf(team), user);
    }

    private interface Work {
        void run() throws IOException, SlackApiException, InterruptedException;
    }

    private void later(Work work) {
        workers.execute(() -> {
            try {
                work.run();
            } catch (IOException | SlackApiException e) {
                LOGGER.atWarn()
                        .addKeyValue(LogKeys.REASON, String.valueOf(e.getMessage()))
                        .log("somebody in Slack was not answered");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("somebody in Slack was not answered");
            }
        });
    }

    private static boolean isName(String text) {
        try {
            return !CampaignName.of(text).value().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String text(@Nullable ViewState state, String block) {
        ViewState.Value value = value(state, block);
        return value == null || value.getValue() == null ? "" : value.getValue();
    }

    private static String choice(@Nullable ViewState state) {
        ViewState.Value value = value(state, SlackBlocks.HOW);
        return value != null
                        && value.getSelectedOption() != null
                        && SlackBlocks.ABORT.equals(value.getSelectedOption().getValue())
                ? SlackBlocks.ABORT
                : SlackBlocks.PAUSE;
    }

    private static ViewState.@Nullable Value value(@Nullable ViewState state, String block) {
        return state == null
                ? null
                : state.getValues().getOrDefault(block, Map.of()).get(block);
    }

    /** A trigger is good for 3 seconds: the modal opens first, and says then what it is about. */
    private void open(String trigger, String action, String campaign, @Nullable String digest, Who who)
            throws IOException, SlackApiException, InterruptedException {
        ViewsOpenResponse opened =
                slack.viewsOpen(view -> view.triggerId(trigger).view(SlackBlocks.telling(List.of("One moment …"))));
        if (!opened.isOk()) {
            LOGGER.atWarn().addKeyValue(LogKeys.REASON, opened.getError()).log("a modal does not open in Slack");
            return;
        }
        show(opened.getView().getId(), content(action, campaign, digest, who));
    }

    private void show(String view, View content) throws IOException, SlackApiException {
        ViewsUpdateResponse updated =
                slack.viewsUpdate(update -> update.viewId(view).view(content));
        if (!updated.isOk()) {
            // Closed meanwhile, mostly: whoever closed it can look at the thread.
            LOGGER.atInfo().addKeyValue(LogKeys.REASON, updated.getError()).log("a modal is not updated in Slack");
        }
    }

    private View content(String action, String campaign, @Nullable String digest, Who who) throws InterruptedException {
        Optional<OnBehalf> person;
        try {
            person = who.find();
        } catch (IOException e) {
            return SlackBlocks.telling(List.of("Who you are cannot be found out: " + e.getMessage() + "."));
        }
        if (person.isEmpty()) {
            return SlackBlocks.telling(unknown());
        }
        Reply<List<Waiting>> waiting = planner.waiting(campaign, person.get());
        if (!(waiting instanceof Given<List<Waiting>> given)) {
            return SlackBlocks.telling(List.of(said(waiting)));
        }
        Optional<Waiting> wanted = given.value().stream()
                .filter(one -> digest == null || one.digest().equals(digest))
                .findFirst();
        if (wanted.isEmpty()) {
            return SlackBlocks.telling(List.of(
                    digest == null
                            ? "Nothing of " + campaign + " waits for an approval. " + COMMAND + " why " + campaign
                                    + " says what it waits for."
                            : "What was shown here waits no longer for an approval."));
        }
        if (wanted.get().passkey() && action.equals(SlackBlocks.APPROVE)) {
            return SlackBlocks.telling(List.of(
                    Notes.summary(wanted.get()),
                    "It is signed with a passkey, which Slack has none of: approve it on the page"
                            + (page == null ? "." : ", " + page + ".")));
        }
        return SlackBlocks.asking(
                action,
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
        lines.add(SHORT_DIGEST_REMARK + waiting.digest());
        return lines;
    }

    private static List<String> unknown() {
        return List.of(
                "You can look, and not act: the planner's name for you is not known here.",
                "Whoever runs calico-fleet adds you to the file of users of Slack.");
    }

    private void act(String view, String action, About about, String how, String reason, Who who)
            throws IOException, SlackApiException, InterruptedException {
        Optional<OnBehalf> person;
        try {
            person = who.find();
        } catch (IOException e) {
            show(view, SlackBlocks.telling(List.of("Who you are cannot be found out: " + e.getMessage() + ".")));
            return;
        }
        show(
                view,
                SlackBlocks.telling(
                        person.isEmpty() ? unknown() : List.of(asked(action, about, how, reason, person.get()))));
    }

    /** What the planner says to it. It is asked once more what waits: to refuse something else would harm somebody else's work. */
    private String asked(String action, About about, String how, String reason, OnBehalf person)
            throws InterruptedException {
        Reply<List<Waiting>> waiting = planner.waiting(about.campaign(), person);
        if (!(waiting instanceof Given<List<Waiting>> given)) {
            return said(waiting);
        }
        Optional<Waiting> wanted = given.value().stream()
                .filter(one -> one.digest().equals(about.digest()))
                .findFirst();
        if (wanted.isEmpty()) {
            return "Nothing is done: what was shown waits no longer for an approval.";
        }
        Reply<String> answer = action.equals(SlackBlocks.APPROVE)
                ? planner.approve(about.campaign(), wanted.get(), reason, person)
                : planner.act(about.campaign(), how, reason, person);
        return answer instanceof Given<String> done ? done.value() : said(answer);
    }

    private Response command(String text, String user, SlashCommandContext context) {
        String[] words = text.isEmpty() ? new String[] {"help"} : text.split("\\s+", -1);
        boolean named = words.length == 2 && isName(words[1]);
        Who who = who(context, user);
        switch (words[0]) {
            case "status" -> {
                if (words.length == 1) {
                    answer(context, () -> all(person(who)));
                    return context.ack();
                }
                if (named) {
                    answer(context, () -> status(words[1], person(who)));
                    return context.ack();
                }
            }
            case "why" -> {
                if (named) {
                    answer(context, () -> why(words[1], person(who)));
                    return context.ack();
                }
            }
            case "approve" -> {
                if (named) {
                    later(() -> open(context.getTriggerId(), SlackBlocks.APPROVE, words[1], null, who));
                    return context.ack();
                }
            }
            default -> {
                return context.ack(SlackBlocks.of(HELP));
            }
        }
        return context.ack(SlackBlocks.of(HELP));
    }

    /** Who is not known sees what the channel sees. */
    private static @Nullable OnBehalf person(Who who) throws IOException {
        return who.find().orElse(null);
    }

    private interface Answer {
        List<String> get() throws IOException, InterruptedException;
    }

    private void answer(SlashCommandContext context, Answer answer) {
        later(() -> {
            List<String> lines;
            try {
                lines = answer.get();
            } catch (IOException e) {
                lines = List.of("Who you are cannot be found out: " + e.getMessage() + ".");
            }
            List<String> told = lines;
            var unused = context.respond(SlackBlocks.of(told));
        });
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

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
