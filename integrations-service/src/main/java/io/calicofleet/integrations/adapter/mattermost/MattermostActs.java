package io.calicofleet.integrations.adapter.mattermost;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.calicofleet.event.LogKeys;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.adapter.chat.Dialogue.Command;
import io.calicofleet.integrations.adapter.chat.Dialogue.Sight;
import io.calicofleet.integrations.adapter.mattermost.MattermostApi.Done;
import io.calicofleet.integrations.adapter.mattermost.MattermostApi.No;
import io.calicofleet.integrations.adapter.mattermost.MattermostApi.NotNow;
import io.calicofleet.integrations.adapter.mattermost.MattermostPosts.Form;
import io.calicofleet.integrations.adapter.mattermost.MattermostPosts.Press;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.port.Planner.OnBehalf;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.net.URLDecoder;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people do in Mattermost: buttons, forms, the slash command. Mattermost signs none of it. What a button or a form is for is sealed by us;
 * that of a button is kept from clients by Mattermost, and that of a form is for one person, whom Mattermost shows it to. A command has the token
 * of the command.
 */
final class MattermostActs {

    private static final Logger LOGGER = LoggerFactory.getLogger(MattermostActs.class);
    private static final int OK = 200;
    private static final int WRONG = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_OURS = 404;

    private final MattermostApi api;
    private final MattermostSettings.Acts settings;
    private final Map<String, String> users;
    private final Dialogue dialogue;
    private final Seal seal;
    private final InstantSource clock;

    /**
     * Over a server.
     *
     * @param users the planner's names, by their ids in Mattermost
     * @param seal that of the posts
     */
    MattermostActs(
            MattermostApi api,
            MattermostSettings.Acts settings,
            Map<String, String> users,
            Dialogue dialogue,
            Seal seal,
            InstantSource clock) {
        this.api = requireNonNull(api, "api");
        this.settings = requireNonNull(settings, "settings");
        this.users = Map.copyOf(users);
        this.dialogue = requireNonNull(dialogue, "dialogue");
        this.seal = requireNonNull(seal, "seal");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Answers what Mattermost posts to this path. */
    MattermostIntegration.Answer answer(String path, String body) throws InterruptedException {
        try {
            return switch (path) {
                case "press" -> press(EventJson.mapper().readTree(body));
                case "submit" -> submit(EventJson.mapper().readTree(body));
                case "command" -> command(fields(body));
                default -> answer(NOT_OURS, "{}");
            };
        } catch (IOException | IllegalArgumentException e) {
            return answer(WRONG, "{}");
        }
    }

    private static MattermostIntegration.Answer answer(int status, String json) {
        return new MattermostIntegration.Answer(status, json);
    }

    private static MattermostIntegration.Answer answer(ObjectNode json) {
        return answer(OK, json.toString());
    }

    private static ObjectNode object() {
        return EventJson.mapper().createObjectNode();
    }

    /** Who is not in the file of users is nobody: what Mattermost tells bots of people does not say whether a mail address is confirmed. */
    private Optional<OnBehalf> person(String user) {
        return Optional.ofNullable(users.get(user)).map(name -> new OnBehalf(name, user));
    }

    private MattermostIntegration.Answer press(JsonNode request) throws InterruptedException {
        Optional<Press> press = MattermostPosts.press(
                seal, request.path("context").path(MattermostPosts.pressKey()).asText(""));
        String user = request.path("user_id").asText("");
        if (press.isEmpty()) {
            return answer(UNAUTHORIZED, "{}");
        }
        About about = press.get().about();
        List<String> told = ask(
                press.get().action(),
                about.campaign(),
                about.digest(),
                user,
                request.path("trigger_id").asText(""));
        ObjectNode response = object();
        if (!told.isEmpty()) {
            response.put("ephemeral_text", MattermostPosts.whisper(told)).put("skip_slack_parsing", true);
        }
        return answer(response);
    }

    /** Opens a form where there is something to decide; what is told where there is not. */
    private List<String> ask(String action, String campaign, @Nullable String digest, String user, String trigger)
            throws InterruptedException {
        return switch (dialogue.look(action.equals(MattermostPosts.APPROVE), campaign, digest, person(user))) {
            case Sight.Nothing nothing -> nothing.lines();
            case Sight.Asked asked -> {
                Form form = MattermostPosts.form(action, asked.about(), user, clock.instant());
                yield open(MattermostPosts.form(seal, settings.callback(), trigger, form, asked.lines()));
            }
        };
    }

    private List<String> open(ObjectNode form) throws InterruptedException {
        String reason = switch (api.send("POST", "actions/dialogs/open", form)) {
            case Done done -> "";
            case NotNow not -> not.later().reason();
            case No no -> no.later().reason();
        };
        if (reason.isEmpty()) {
            return List.of();
        }
        LOGGER.atWarn().addKeyValue(LogKeys.REASON, reason).log("a form does not open in Mattermost");
        return List.of("The form did not open: " + reason + ".", "Nothing is done; try it again.");
    }

    private MattermostIntegration.Answer submit(JsonNode request) throws InterruptedException {
        String user = request.path("user_id").asText("");
        Optional<Form> form =
                MattermostPosts.submitted(seal, request.path("state").asText(""), user, clock.instant());
        if (form.isEmpty()) {
            return answer(UNAUTHORIZED, "{}");
        }
        if (request.path("cancelled").asBoolean()) {
            return answer(object());
        }
        JsonNode submission = request.path("submission");
        String reason = submission.path(MattermostPosts.REASON).asText("");
        ObjectNode response = object();
        if (reason.isBlank()) {
            response.putObject("errors").put(MattermostPosts.REASON, "Say why: people will read it.");
            return answer(response);
        }
        boolean aborts = submission.path(MattermostPosts.HOW).asText("").equals(Dialogue.ABORT);
        Dialogue.Result result = dialogue.decide(
                form.get().action().equals(MattermostPosts.APPROVE),
                form.get().about(),
                aborts ? Dialogue.ABORT : Dialogue.PAUSE,
                reason,
                person(user));
        // A form that closes tells nothing more: what was done comes into the thread.
        return answer(result.done() ? response : response.put("error", MattermostPosts.error(result.sentence())));
    }

    private MattermostIntegration.Answer command(Map<String, String> fields) throws InterruptedException {
        String token = settings.commandToken();
        if (token == null || !Seal.same(token, fields.getOrDefault("token", ""))) {
            return answer(UNAUTHORIZED, "{}");
        }
        String user = fields.getOrDefault("user_id", "");
        List<String> lines = switch (dialogue.command(fields.getOrDefault("text", ""))) {
            case Command.Help help -> help.lines();
            case Command.Tell tell -> tell.answer().of(person(user).orElse(null));
            case Command.Decide decide ->
                ask(MattermostPosts.APPROVE, decide.campaign(), null, user, fields.getOrDefault("trigger_id", ""));
        };
        return answer(
                lines.isEmpty()
                        ? object()
                        : object().put("response_type", "ephemeral")
                                .put("text", MattermostPosts.whisper(lines))
                                .put("skip_slack_parsing", true));
    }

    private static Map<String, String> fields(String body) {
        Map<String, String> fields = new HashMap<>();
        for (String field : body.split("&", -1)) {
            int at = field.indexOf('=');
            if (at > 0) {
                fields.put(
                        URLDecoder.decode(field.substring(0, at), UTF_8),
                        URLDecoder.decode(field.substring(at + 1), UTF_8));
            }
        }
        return fields;
    }
}
