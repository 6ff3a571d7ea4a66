package io.calicofleet.integrations.adapter.mattermost;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.integrations.adapter.chat.ChatHttp;
import io.calicofleet.integrations.core.Backoff;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.integrations.port.Chat;
import io.calicofleet.runtime.http.Outgoing;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** A channel of Mattermost. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MattermostChatTest {

    private static final String[] HOSTILE = {
        "@channel",
        "@here ",
        "https://evil.example/",
        "[here](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "*bold*",
        "`code`",
        "```\n",
        "# h",
        "\n# h",
        "#tag",
        "~town-square",
        ":tada:",
        "$x$",
        "<b>",
        "\u0000",
        "\u202e",
        "\ud800",
        "🚀",
        "ä",
        "\n",
        "x"
    };

    private final FakeMattermost server = new FakeMattermost();
    private final ChatHttp http = http(List.of());
    private final MattermostChat chat = chat(http, FakeMattermost.BOT);

    @AfterEach
    void stop() {
        http.close();
        server.close();
    }

    @Test
    void a_post_is_changed_and_found_again_by_its_mark_in_its_channel_or_thread() throws Exception {
        Instant since = Instant.now();
        String root = there(chat.post(null, "web", note("one", null), "web/1"));
        String reply = there(chat.post(root, "web", note("two", new About("web", "d")), "web/2"));

        assertThat(chat.edit(root, note("three", null))).isEqualTo(new Chat.There(root));
        assertThat(server.roots())
                .singleElement()
                .satisfies(post -> assertThat(post.path("message").asText()).startsWith("#### three"));
        assertThat(server.replies(root)).singleElement().asString().contains("/mattermost/press", "\"approve\"");
        assertThat(chat.find(root, "web/2", since)).isEqualTo(new Chat.There(reply));
        assertThat(chat.find(root, "web/3", since)).isEqualTo(new Chat.Absent());
        String another = there(chat.post(null, "app", note("four", null), "app/1"));
        for (int n = 0; n < 250; n++) {
            there(chat.post(another, "app", note("n" + n, null), "n/" + n));
        }
        assertThat(chat.find(null, "app/1", since)).isEqualTo(new Chat.There(another));
        assertThat(chat.find(null, "app/2", since)).isEqualTo(new Chat.Absent());
        assertThat(server.broken()).isEmpty();
    }

    @Test
    void what_was_deleted_is_absent_whether_it_is_changed_answered_or_searched() throws Exception {
        String root = there(chat.post(null, "web", note("one", null), "web/1"));
        server.delete(root);

        assertThat(chat.edit(root, note("two", null))).isEqualTo(new Chat.Absent());
        assertThat(chat.post(root, "web", note("two", null), "web/2")).isEqualTo(new Chat.Absent());
        assertThat(chat.find(root, "web/2", Instant.now())).isEqualTo(new Chat.Absent());
        assertThat(chat.find(null, "web/1", Instant.now())).isEqualTo(new Chat.Absent());
        assertThat(chat.edit("", note("two", null))).isEqualTo(new Chat.Absent());
    }

    @Test
    void patience_is_kept_for_as_long_as_it_is_asked_for_and_longer_with_each_failure() throws Exception {
        server.tooMany(1);
        assertThat(chat.post(null, "web", note("one", null), "web/1"))
                .isEqualTo(new Chat.Later(
                        "Mattermost asks to be left alone for a while", Optional.of(Duration.ofSeconds(1))));
        server.fails(3);
        for (int seconds : new int[] {2, 4, 8}) {
            assertThat(chat.post(null, "web", note("one", null), "web/1"))
                    .isEqualTo(new Chat.Later("Mattermost answered 500", Optional.of(Duration.ofSeconds(seconds))));
        }
        there(chat.post(null, "web", note("one", null), "web/1"));
        server.fails(1);
        assertThat(chat.post(null, "web", note("two", null), "web/1"))
                .isEqualTo(new Chat.Later("Mattermost answered 500", Optional.of(Duration.ofSeconds(2))));
    }

    @Test
    void what_people_can_put_right_is_told_without_the_token_and_tried_again() throws Exception {
        assertThat(later(chat(http, "verywrong").post(null, "web", note("one", null), "web/1")))
                .isEqualTo("Mattermost answered 401: it does not know the bot's token");
        try (ChatHttp elsewhere = http(List.of("chat.example.com"))) {
            assertThat(later(chat(elsewhere, FakeMattermost.BOT).post(null, "web", note("one", null), "web/1")))
                    .isEqualTo("nothing is asked of 127.0.0.1: integrations.allowed-hosts has chat.example.com");
        }
        server.close();
        assertThat(later(chat.edit("p1", note("one", null))))
                .startsWith("Mattermost cannot be asked: ")
                .doesNotContain(FakeMattermost.BOT, "patch");
    }

    @Test
    void whatever_a_note_holds_it_is_text_and_within_what_mattermost_takes() throws Exception {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            Note note = new Note("key", hostile(random), lines(random, 60), lines(random, 30), new About("web", "d"));
            int before = server.broken().size();

            assertThat(chat.post(null, "web", note, "web/" + seed))
                    .as("seed %d", seed)
                    .isInstanceOf(Chat.There.class);
            assertThat(server.broken()).as("seed %d", seed).hasSize(before);
        }
        assertThat(FakeMattermost.means("hello @channel")).isTrue();
        assertThat(MattermostText.of("@channel *x*\n# y", 100)).isEqualTo("@\u200Bchannel \\*x\\* \\# y");
    }

    private static List<String> lines(Random random, int most) {
        return IntStream.range(0, random.nextInt(most))
                .mapToObj(n -> hostile(random))
                .toList();
    }

    private static String hostile(Random random) {
        int pieces = random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(20);
        return IntStream.range(0, pieces)
                .mapToObj(n -> HOSTILE[random.nextInt(HOSTILE.length)])
                .collect(Collectors.joining());
    }

    private static Note note(String headline, About asks) {
        return new Note("key", headline, List.of("It waits."), List.of(), asks);
    }

    private static String there(Chat.Outcome outcome) {
        return ((Chat.There) outcome).message();
    }

    private static String later(Chat.Outcome outcome) {
        return ((Chat.Later) outcome).reason();
    }

    private static ChatHttp http(List<String> hosts) {
        return new ChatHttp(
                "Mattermost",
                new Outgoing(hosts, "integrations.allowed-hosts"),
                new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5), Duration.ofDays(1)),
                () -> 1);
    }

    private MattermostChat chat(ChatHttp over, String token) {
        return new MattermostChat(
                new MattermostApi(over, URI.create(server.address() + "/"), token),
                FakeMattermost.CHANNEL,
                new MattermostPosts(URI.create("https://fleet.example.com/"), new Seal("s".repeat(32))));
    }
}
