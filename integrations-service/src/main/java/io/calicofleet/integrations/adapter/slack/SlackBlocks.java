package io.calicofleet.integrations.adapter.slack;

import com.slack.api.model.block.ActionsBlock;
import com.slack.api.model.block.ContextBlock;
import com.slack.api.model.block.HeaderBlock;
import com.slack.api.model.block.InputBlock;
import com.slack.api.model.block.LayoutBlock;
import com.slack.api.model.block.SectionBlock;
import com.slack.api.model.block.composition.OptionObject;
import com.slack.api.model.block.composition.PlainTextObject;
import com.slack.api.model.block.element.ButtonElement;
import com.slack.api.model.block.element.PlainTextInputElement;
import com.slack.api.model.block.element.RadioButtonsElement;
import com.slack.api.model.view.View;
import com.slack.api.model.view.ViewClose;
import com.slack.api.model.view.ViewSubmit;
import com.slack.api.model.view.ViewTitle;
import io.calicofleet.integrations.adapter.chat.Dialogue;
import io.calicofleet.integrations.core.chat.About;
import io.calicofleet.integrations.core.chat.Note;
import io.calicofleet.kafka.EventJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages and modals as Slack's blocks. All text of others is {@code plain_text}, within the limits that Slack documents. */
final class SlackBlocks {

    /** What buttons and modals are for. */
    static final String APPROVE = "calico-fleet-approve";

    static final String REFUSE = "calico-fleet-refuse";
    static final String REASON = "reason";
    static final String HOW = "how";

    private static final int HEADER = 150;
    private static final int SECTION = 3000;
    private static final int CONTEXT = 2000;
    private static final int CONTEXTS = 10;
    private static final int LINES = 30;
    private static final int FALLBACK = 1000;
    private static final int LONGEST_REASON = 1000;

    private SlackBlocks() {}

    /** A message. */
    static List<LayoutBlock> of(Note note) {
        List<LayoutBlock> blocks = new ArrayList<>();
        blocks.add(HeaderBlock.builder().text(plain(note.headline(), HEADER)).build());
        if (!note.lines().isEmpty()) {
            blocks.add(
                    section(String.join("\n", note.lines().stream().limit(LINES).toList())));
        }
        if (!note.remarks().isEmpty()) {
            blocks.add(ContextBlock.builder()
                    .elements(new ArrayList<>(note.remarks().stream()
                            .filter(remark -> !remark.isBlank())
                            .limit(CONTEXTS)
                            .map(remark -> plain(remark, CONTEXT))
                            .toList()))
                    .build());
        }
        About asks = note.asks();
        if (asks != null) {
            blocks.add(ActionsBlock.builder()
                    .elements(List.of(button(APPROVE, "Approve …", asks), button(REFUSE, "Refuse …", asks)))
                    .build());
        }
        return blocks;
    }

    /** What is shown where blocks are not, such as in a notification. */
    static String fallback(Note note) {
        return SlackText.of(
                note.headline()
                        + (note.lines().isEmpty() ? "" : ": " + note.lines().getFirst()),
                FALLBACK);
    }

    /** Lines, as the answer of a command. */
    static List<LayoutBlock> of(List<String> lines) {
        return List.of(section(String.join("\n", lines)));
    }

    private static ButtonElement button(String action, String label, About about) {
        return ButtonElement.builder()
                .actionId(action)
                .text(plain(label, HEADER))
                .value(write(about))
                .build();
    }

    private static String write(About about) {
        return new String(EventJson.write(about), StandardCharsets.UTF_8);
    }

    /** What a button or a modal is about; empty where it is none of ours. */
    static Optional<About> about(@Nullable String value) {
        try {
            return value == null
                    ? Optional.empty()
                    : Optional.of(EventJson.read(value.getBytes(StandardCharsets.UTF_8), About.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A modal that only tells something. */
    static View telling(List<String> lines) {
        return view(new ArrayList<>(of(lines))).build();
    }

    /**
     * The modal in which somebody approves or refuses.
     *
     * @param action {@link #APPROVE} or {@link #REFUSE}
     * @param lines what it is about
     */
    static View asking(String action, About about, List<String> lines) {
        boolean approves = action.equals(APPROVE);
        List<LayoutBlock> blocks = new ArrayList<>(of(lines));
        if (!approves) {
            blocks.add(InputBlock.builder()
                    .blockId(HOW)
                    .label(plain("Nothing is approved; and the campaign", HEADER))
                    .element(RadioButtonsElement.builder()
                            .actionId(HOW)
                            .options(List.of(
                                    option(Dialogue.PAUSE, "is paused: nothing new starts"),
                                    option(Dialogue.ABORT, "is aborted, for good")))
                            .initialOption(option(Dialogue.PAUSE, "is paused: nothing new starts"))
                            .build())
                    .build());
        }
        blocks.add(InputBlock.builder()
                .blockId(REASON)
                .label(plain("Why? People will read it with the campaign", HEADER))
                .element(PlainTextInputElement.builder()
                        .actionId(REASON)
                        .maxLength(LONGEST_REASON)
                        .build())
                .build());
        return view(blocks)
                .callbackId(action)
                .privateMetadata(write(about))
                .submit(ViewSubmit.builder()
                        .type("plain_text")
                        .text(approves ? "Approve" : "Refuse")
                        .build())
                .build();
    }

    private static OptionObject option(String value, String text) {
        return OptionObject.builder().value(value).text(plain(text, 75)).build();
    }

    private static View.ViewBuilder view(List<LayoutBlock> blocks) {
        return View.builder()
                .type("modal")
                .title(ViewTitle.builder()
                        .type("plain_text")
                        .text("calico-fleet")
                        .build())
                .close(ViewClose.builder().type("plain_text").text("Close").build())
                .blocks(blocks);
    }

    private static SectionBlock section(String text) {
        return SectionBlock.builder().text(plain(text, SECTION)).build();
    }

    private static PlainTextObject plain(String text, int most) {
        return PlainTextObject.builder()
                .text(SlackText.of(text, most))
                .emoji(false)
                .build();
    }
}
