package io.calicofleet.cli.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.calicofleet.kafka.EventJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A field as it is and as it will be, in lines: what goes begins with a minus, what comes with a plus, what stays with a space. */
final class PlanText {

    private static final int CONTEXT = 2;

    private PlanText() {}

    /** The lines; values are JSON, empty where absent. */
    static List<String> lines(String before, String after) {
        List<String> was = text(before);
        List<String> is = text(after);
        int[][] common = new int[was.size() + 1][is.size() + 1];
        for (int i = was.size() - 1; i >= 0; i--) {
            for (int j = is.size() - 1; j >= 0; j--) {
                common[i][j] = was.get(i).equals(is.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < was.size() || j < is.size()) {
            if (i < was.size() && j < is.size() && was.get(i).equals(is.get(j))) {
                lines.add(" " + was.get(i));
                i++;
                j++;
            } else if (j == is.size() || (i < was.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("-" + was.get(i++));
            } else {
                lines.add("+" + is.get(j++));
            }
        }
        return near(lines);
    }

    /** What changes, with a little of what is around it. */
    private static List<String> near(List<String> lines) {
        boolean[] shown = new boolean[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith(" ")) {
                for (int k = Math.max(0, i - CONTEXT); k <= Math.min(lines.size() - 1, i + CONTEXT); k++) {
                    shown[k] = true;
                }
            }
        }
        List<String> near = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (shown[i]) {
                near.add(lines.get(i));
            } else if (i == 0 || shown[i - 1]) {
                near.add(" ...");
            }
        }
        return near;
    }

    /** A text as its lines, a tree indented; nothing where there is nothing. */
    private static List<String> text(String json) {
        if (json.isEmpty()) {
            return List.of();
        }
        try {
            JsonNode value = EventJson.mapper().readTree(json);
            return value.isTextual()
                    ? Arrays.asList(value.textValue().split("\n", -1))
                    : Arrays.asList(
                            value.isContainerNode() ? value.toPrettyString().split("\n", -1) : new String[] {json});
        } catch (JsonProcessingException shortened) {
            return Arrays.asList(json.split("\n", -1));
        }
    }
}
