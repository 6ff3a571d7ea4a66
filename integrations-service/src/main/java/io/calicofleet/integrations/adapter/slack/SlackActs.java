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
import io.calicofleet.event.LogKeys;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.adapter.chat.Dialogue.Command;
import io.calicofleet.integrations.adapter.chat.Dialogue.Sight;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.port.Planner.OnBehalf;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    private static final Logger LOGGER = LoggerFactory.getLogger(SlackActs.class);

    private final MethodsClient slack;
    private final Dialogue dialogue;
    private final SlackUsers users;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

    /** Over a client with the app's token. */
    SlackActs(MethodsClient slack, Dialogue dialogue, SlackUsers users) {
        this.slack = requireNonNull(slack, "slack");
        this.dialogue = requireNonNull(dialogue, "dialogue");
        this.users = requireNonNull(users, "users");
    }

    /** Has {@code app} do all this. */
    void in(App app) {
        for (String action : List.of(SlackBlocks.APPROVE, SlackBlocks.REFUSE)) {
            app.blockAction(action, (request, context) -> {
                BlockActionPayload payload = request.getPayload();
                Optional<About> about =
                        SlackBlocks.about(payload.getActions().getFirst().getValue());
                if (about.isPresent() && Dialogue.isName(about.get().campaign())) {
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
                if (about.isPresent() && Dialogue.isName(about.get().campaign())) {
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
                Dialogue.COMMAND,
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

    private static String text(@Nullable ViewState state, String block) {
        ViewState.Value value = value(state, block);
        return value == null || value.getValue() == null ? "" : value.getValue();
    }

    private static String choice(@Nullable ViewState state) {
        ViewState.Value value = value(state, SlackBlocks.HOW);
        return value != null
                        && value.getSelectedOption() != null
                        && Dialogue.ABORT.equals(value.getSelectedOption().getValue())
                ? Dialogue.ABORT
                : Dialogue.PAUSE;
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
        try {
            return switch (dialogue.look(action.equals(SlackBlocks.APPROVE), campaign, digest, who.find())) {
                case Sight.Nothing nothing -> SlackBlocks.telling(nothing.lines());
                case Sight.Asked asked -> SlackBlocks.asking(action, asked.about(), asked.lines());
            };
        } catch (IOException e) {
            return SlackBlocks.telling(List.of(notFound(e)));
        }
    }

    private static String notFound(IOException e) {
        return "Who you are cannot be found out: " + e.getMessage() + ".";
    }

    private void act(String view, String action, About about, String how, String reason, Who who)
            throws IOException, SlackApiException, InterruptedException {
        Optional<OnBehalf> person;
        try {
            person = who.find();
        } catch (IOException e) {
            show(view, SlackBlocks.telling(List.of(notFound(e))));
            return;
        }
        Dialogue.Result result = dialogue.decide(action.equals(SlackBlocks.APPROVE), about, how, reason, person);
        show(view, SlackBlocks.telling(List.of(result.sentence())));
    }

    private Response command(String text, String user, SlashCommandContext context) {
        Who who = who(context, user);
        switch (dialogue.command(text)) {
            case Command.Tell tell ->
                answer(context, () -> tell.answer().of(who.find().orElse(null)));
            case Command.Decide decide ->
                later(() -> open(context.getTriggerId(), SlackBlocks.APPROVE, decide.campaign(), null, who));
            case Command.Help help -> {
                return context.ack(SlackBlocks.of(help.lines()));
            }
        }
        return context.ack();
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
                lines = List.of(notFound(e));
            }
            List<String> told = lines;
            var unused = context.respond(SlackBlocks.of(told));
        });
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
