package io.calicofleet.integrations.adapter.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.slack.api.util.json.GsonFactory;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.kafka.EventJson;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Text of others comes to Slack as text. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SlackTextTest {

    private static final String[] HOSTILE = {
        "<!channel>",
        "<@U0123>",
        "<https://evil.example|here>",
        "*bold*",
        "&lt;",
        "\u0000",
        "\u001b[31m",
        "\u202e",
        "\ud800",
        "🚀",
        "ä",
        "\n",
        "x"
    };

    @Test
    void what_means_something_to_slack_is_escaped_and_what_is_no_text_is_left_out() {
        assertThat(SlackText.of("<!channel> & <@U1>\u0000\u001b[31m\u202e\ud800!", 100))
                .isEqualTo("&lt;!channel&gt; &amp; &lt;@U1&gt;[31m!");
    }

    @Test
    void a_cut_falls_between_letters() {
        assertThat(SlackText.of("aaaa<", 5)).isEqualTo("aaaa…");
        assertThat(SlackText.of("aaa<<", 7)).isEqualTo("aaa…");
        assertThat(SlackText.of("a🚀🚀", 3)).isEqualTo("a…");
        assertThat(SlackText.of("abc", 3)).isEqualTo("abc");
    }

    @Test
    void whatever_a_note_holds_its_blocks_are_within_what_slack_takes() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Note note = new Note(
                    "key",
                    "h" + hostile(random),
                    IntStream.range(0, random.nextInt(60))
                            .mapToObj(n -> "l" + hostile(random))
                            .toList(),
                    IntStream.range(0, random.nextInt(30))
                            .mapToObj(n -> "r" + hostile(random))
                            .toList(),
                    random.nextBoolean() ? new About("web", "a".repeat(64)) : null);
            String json = GsonFactory.createSnakeCase().toJson(SlackBlocks.of(note));

            assertThat(SlackLimits.blocks(EventJson.mapper().readTree(json), 50))
                    .as("seed %d: %s", seed, json)
                    .isTrue();
            assertThat(SlackBlocks.fallback(note))
                    .hasSizeLessThanOrEqualTo(1000)
                    .doesNotContain("<", ">");
        }
    }

    private static String hostile(Random random) {
        int pieces = random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(20);
        return IntStream.range(0, pieces)
                .mapToObj(n -> HOSTILE[random.nextInt(HOSTILE.length)])
                .collect(Collectors.joining());
    }

    @Test
    void what_a_button_is_about_is_read_again_and_anything_else_is_nothing() {
        assertThat(SlackBlocks.about("{\"campaign\":\"web\",\"digest\":\"d\"}")).hasValue(new About("web", "d"));
        assertThat(List.of("", "{}", "[]", "no json"))
                .allSatisfy(text -> assertThat(SlackBlocks.about(text)).isEmpty());
        assertThat(SlackBlocks.about(null)).isEmpty();
    }
}
