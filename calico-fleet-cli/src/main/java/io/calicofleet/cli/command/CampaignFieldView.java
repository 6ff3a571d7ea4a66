package io.calicofleet.cli.command;

import io.calicofleet.cli.output.Style;
import io.calicofleet.cli.output.Table;
import io.calicofleet.cli.output.Terminal;
import io.calicofleet.cli.view.CommandLines;
import java.util.List;

/** Prints what a field of the campaign file is for. */
final class CampaignFieldView {

    private final Terminal terminal;

    /** One that prints to {@code terminal}. */
    CampaignFieldView(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The field, and those directly below it; or, where {@code whole}, all of them. */
    void print(CampaignField field, boolean whole) {
        terminal.line(terminal.styled(Style.BOLD, field.path().isEmpty() ? field.subject() : field.path()) + "  "
                + terminal.styled(Style.DIM, field.type()));
        terminal.line("");
        terminal.line("  " + field.meaning());
        terminal.line("");
        value("default", field.fallback());
        value("required", field.required() && !field.path().isEmpty() ? "yes" : "");
        value("allowed", field.allowed());
        boolean told = field.constants().values().stream().anyMatch(meaning -> !meaning.isEmpty());
        value("values", told ? "" : String.join(", ", field.constants().keySet()));
        if (told) {
            terminal.line("  values");
            int width = field.constants().keySet().stream()
                    .mapToInt(String::length)
                    .max()
                    .orElse(0);
            field.constants()
                    .forEach((value, meaning) ->
                            terminal.line("    " + value + " ".repeat(width - value.length()) + "  " + meaning));
        }
        List<CampaignField> below = whole ? field.all().subList(1, field.all().size()) : field.fields();
        if (below.isEmpty()) {
            return;
        }
        boolean said = !field.fallback().isEmpty() || !field.allowed().isEmpty();
        if (said || (field.required() && !field.path().isEmpty())) {
            terminal.line("");
        }
        Table table = Table.of("field", "type", "default", "meaning");
        int left = field.path().isEmpty() ? 0 : field.path().length() + 1;
        below.forEach(each -> table.row(
                each.path().substring(left),
                each.type(),
                each.required() ? "required" : each.fallback(),
                each.meaning()));
        table.print(terminal);
        terminal.line("");
        terminal.line("More of one: " + CommandLines.called() + " explain "
                + below.getFirst().subject()
                + (whole ? "" : "; all at once: explain " + field.subject() + " --recursive"));
    }

    private void value(String name, String value) {
        if (!value.isEmpty()) {
            terminal.line("  " + name + " ".repeat(10 - name.length()) + value);
        }
    }
}
