package io.calicofleet.model.owner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.calicofleet.event.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The page and the campaign's schema say what the table says. {@code -Dgolden.update} writes the page anew. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OwnersPageTest {

    private static final Path PAGE = Path.of("../docs/reference/owners.md");

    @Test
    void the_page_has_the_rows_of_the_table() throws IOException {
        String page = page();
        if (System.getProperty("golden.update") != null) {
            Files.writeString(PAGE, page);
        }

        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    @Test
    void the_schema_of_campaigns_takes_every_owner_that_can_be_accepted_and_no_other() throws IOException {
        List<String> names = new ArrayList<>();
        try (InputStream schema = Topic.class.getResourceAsStream("/schemas/campaign.schema.json")) {
            JsonNode accept = new ObjectMapper().readTree(schema).at("/properties/owners/properties/accept/items/enum");
            accept.forEach(name -> names.add(name.asText()));
        }

        assertThat(names).containsExactlyElementsOf(Owner.acceptableIds());
    }

    private static String page() {
        return """
                # Others who keep Calico's objects

                <!-- Written from the table of owners (calico-model, Owner) by its test with -Dgolden.update. -->

                Tools that keep objects in a cluster put back what an upgrade changes, at once or some day. The inspection looks for their marks on the
                objects of the install and nowhere else; the preflight says who keeps which objects, and refuses the cluster unless the campaign accepts
                each of them by name:

                ```yaml
                owners: {accept: [argo-cd, flux-kustomize]}
                ```

                Accepting says that the tool will not act, or that its own version is the target by then. A change that is put back all the same stops the
                step, with the name of the field manager that did it; it is not fought. Who puts his own version back for ever cannot be accepted.
                Where one of them is to bring the release, say `apply: external`: then the campaign writes nothing of it, and none has to be accepted.

                | name | who | recognised by | what it does | what to do | can be accepted |
                | --- | --- | --- | --- | --- | --- |
                """
                + Owner.TABLE.stream()
                        .map(owner -> "| `" + owner.id() + "` | " + owner.title() + " | "
                                + owner.marks().stream().map(Mark::words).collect(Collectors.joining("; ")) + " | "
                                + owner.effect() + " | " + owner.advice() + " | " + (owner.acceptable() ? "yes" : "no")
                                + " |\n")
                        .collect(Collectors.joining());
    }
}
