package io.calicofleet.planner.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTML in the making: whatever is not markup of ours is escaped, control characters are shown as what they are not. */
final class Html {

    private final StringBuilder text = new StringBuilder();

    /** Markup of ours, as it is. */
    Html raw(String markup) {
        text.append(markup).append('\n');
        return this;
    }

    Html heading(int level, String what, String id) {
        return raw("<h" + level + (id.isEmpty() ? "" : " id=\"" + escaped(id) + "\"") + ">" + escaped(what) + "</h"
                + level + ">");
    }

    Html paragraph(@Nullable String what) {
        return what == null || what.isEmpty() ? this : raw("<p>" + escaped(what) + "</p>");
    }

    Html pre(String what) {
        return raw("<pre>" + escaped(what) + "</pre>");
    }

    /** Rows of texts under their headers; nothing where there is no row. */
    Html table(List<String> headers, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return this;
        }
        raw("<table><thead><tr>");
        headers.forEach(header -> raw("<th>" + escaped(header) + "</th>"));
        raw("</tr></thead><tbody>");
        for (List<String> row : rows) {
            text.append("<tr>");
            row.forEach(cell -> text.append("<td>").append(escaped(cell)).append("</td>"));
            raw("</tr>");
        }
        return raw("</tbody></table>");
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** As text between tags or in quotes. */
    static String escaped(@Nullable String what) {
        StringBuilder escaped = new StringBuilder();
        (what == null ? "" : what).codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\t' -> escaped.appendCodePoint(point);
                default -> escaped.appendCodePoint(isShown(point) ? point : '\uFFFD');
            }
        });
        return escaped.toString();
    }

    /** What changes how other text is read, such as an override of its direction, is not shown. */
    private static boolean isShown(int point) {
        int type = Character.getType(point);
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.SURROGATE;
    }
}
