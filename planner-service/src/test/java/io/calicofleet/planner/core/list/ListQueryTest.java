package io.calicofleet.planner.core.list;

import static org.assertj.core.api.Assertions.assertThat;

import io.calicofleet.fuzz.Seeds;
import io.calicofleet.planner.core.document.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ListQueryTest {

    private record Thing(String id, String colour, Map<String, String> labels) {}

    private static final ListKind<Thing> KIND = new ListKind<>(
            "things",
            Thing::id,
            thing -> Stream.of(new Labels(thing.labels())),
            thing -> Stream.of("It is " + thing.colour() + "."),
            List.of(
                    new Order<>("id", true, Thing::id),
                    new Order<>(
                            "length", true, thing -> "%05d".formatted(thing.id().length())),
                    new Order<>("colour", false, Thing::colour)),
            List.of(
                    new Filter<>(
                            "colour",
                            "",
                            List.of("red", "green"),
                            (thing, value) -> thing.colour().equals(value)),
                    Filter.of(
                            "size",
                            "",
                            (thing, value) ->
                                    String.valueOf(thing.id().length()).equals(value))),
            List.of("id", "colour", "labels"));

    private static final List<Thing> THINGS = List.of(
            new Thing("a", "red", Map.of("env", "prod", "zone", "1")),
            new Thing("bb", "green", Map.of("env", "test")),
            new Thing("c", "green", Map.of()),
            new Thing("dd", "red", Map.of("env", "prod")));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                          | a bb c dd
            colour=red                  | a dd
            colour=red,green            | a bb c dd
            colour=red&colour=green     | a bb c dd
            colour=red&size=2           | dd
            label=env=prod              | a dd
            label=env==prod             | a dd
            label=env                   | a bb dd
            label=!env                  | c
            label=env!=prod             | bb c
            label=env=prod,zone=1       | a
            label=env=prod&label=!zone  | dd
            q=RED                       | a dd
            q=env=t                     | bb
            q=D                         | a dd
            sort=-id                    | dd c bb a
            sort=length                 | a c bb dd
            sort=-length                | dd bb c a
            sort=colour                 | bb c a dd
            limit=2                     | a bb
            limit=2&sort=-id            | dd c
            """)
    void a_list_has_what_is_asked_for_in_the_order_asked_for(String query, String ids) {
        ListQuery<Thing> read = read(query, Map.of());

        assertThat(read.problems()).isEmpty();
        assertThat(read.page(THINGS).entries()).extracting(Thing::id).containsExactly(ids.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            colour=gren           | colour: 'gren' is no colour of things. Allowed: red, green. Did you mean 'green'?
            colour=               | colour: '' is no colour of things. Allowed: red, green.
            size=4711             | size: '4711' is no size of things. Allowed: 1, 2.
            sort=lenght           | sort: 'lenght' is no order of things. Allowed: id, length, colour. Did you mean 'length'?
            limit=0               | limit: '0' is no limit. Allowed: 1 to 1000.
            limit=1001            | limit: '1001' is no limit. Allowed: 1 to 1000.
            limit=-1              | limit: '-1' is no limit. Allowed: 1 to 1000.
            limit=99999999999     | limit: '99999999999' is no limit. Allowed: 1 to 1000.
            limit=1&limit=2       | limit: It is given 2 times. Allowed: once.
            label=a b             | label: 'a b' says nothing about a label. Allowed: key=value, key!=value, key, !key.
            label=!a=b            | label: '!a=b' says nothing about a label. Allowed: key=value, key!=value, key, !key.
            fields=id,color       | fields: 'color' is no field of things. Allowed: id, colour, labels. Did you mean 'colour'?
            """)
    void what_is_wrong_is_told_with_what_there_is_and_what_is_nearest(String query, String problem) {
        assertThat(read(query, Map.of("size", List.of("1", "2"))).problems())
                .extracting(Problem::toString)
                .containsExactly(problem);
    }

    @Test
    void every_problem_is_told_at_once() {
        assertThat(read("colour=x&sort=x&limit=x&label=%&fields=x", Map.of()).problems())
                .extracting(Problem::field)
                .containsExactlyInAnyOrder("colour", "sort", "limit", "label", "fields");
    }

    @Test
    void a_cursor_of_another_order_or_none_is_refused() {
        String byId = read("limit=1", Map.of()).page(THINGS).next();

        assertThat(read("cursor=" + byId, Map.of()).problems()).isEmpty();
        assertThat(read("cursor=" + byId + "&sort=-id", Map.of()).problems()).hasSize(1);
        assertThat(read("cursor=" + byId + "&sort=length", Map.of()).problems()).hasSize(1);
        assertThat(read("cursor=" + byId + "&sort=colour", Map.of())
                        .problems()
                        .getFirst()
                        .message())
                .contains("move while they are read");
        for (String odd : List.of("", "x", "%", "YQ", "a".repeat(5000))) {
            assertThat(read("cursor=" + odd, Map.of()).problems()).as(odd).hasSize(1);
        }
    }

    @Test
    void in_an_order_in_which_entries_move_there_is_no_next_page() {
        Page<Thing> page = read("limit=1&sort=colour", Map.of()).page(THINGS);

        assertThat(page.next()).isNull();
        assertThat(page.total()).isEqualTo(4);
    }

    @Test
    void times_sort_as_text_as_they_do_as_times() {
        List<Instant> times = List.of(
                Instant.MIN,
                Instant.EPOCH.minusNanos(1),
                Instant.EPOCH,
                Instant.EPOCH.plusNanos(5),
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2026-01-01T00:00:00.5Z"),
                Instant.MAX);

        assertThat(times.stream().map(Order::text)).isSorted();
    }

    /** While pages are read, things come, go, and change their colour. */
    @Test
    void page_by_page_nothing_comes_twice_and_nothing_is_lost_that_was_there_throughout() {
        Seeds.burst(500).forEach(seed -> {
            Random random = new Random(seed);
            Map<String, Thing> things = new TreeMap<>();
            IntStream.range(0, random.nextInt(60)).forEach(i -> put(things, random));
            Set<String> throughout = new HashSet<>(things.keySet());
            String sort = List.of("id", "-id", "length", "-length").get(random.nextInt(4));
            List<String> seen = new ArrayList<>();
            String cursor = "";
            while (cursor != null) {
                ListQuery<Thing> query = read("sort=" + sort + "&limit=" + (1 + random.nextInt(9)) + cursor, Map.of());
                assertThat(query.problems()).as("seed %d", seed).isEmpty();
                Page<Thing> page = query.page(things.values());
                assertThat(page.total()).isEqualTo(things.size());
                page.entries().forEach(thing -> seen.add(thing.id()));
                cursor = page.next() == null ? null : "&cursor=" + page.next();
                IntStream.range(0, random.nextInt(4)).forEach(i -> put(things, random));
                things.keySet().removeIf(id -> random.nextInt(20) == 0);
                throughout.retainAll(things.keySet());
            }
            assertThat(seen).as("seed %d", seed).doesNotHaveDuplicates().containsAll(throughout);
        });
    }

    private static void put(Map<String, Thing> things, Random random) {
        String id = "thing-" + random.nextInt(2000);
        things.put(id, new Thing(id, random.nextBoolean() ? "red" : "green", Map.of()));
    }

    private static ListQuery<Thing> read(String query, Map<String, List<String>> known) {
        Map<String, List<String>> parameters = new TreeMap<>();
        Stream.of(query.split("&")).filter(part -> !part.isEmpty()).forEach(part -> {
            String[] sides = part.split("=", 2);
            parameters.computeIfAbsent(sides[0], none -> new ArrayList<>()).add(sides[1]);
        });
        return ListQuery.read(KIND, parameters, known);
    }
}
