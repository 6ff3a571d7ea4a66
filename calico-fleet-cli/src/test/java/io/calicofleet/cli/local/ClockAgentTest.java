package io.calicofleet.cli.local;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClockAgentTest {

    @TempDir
    private Path folder;

    /** Asks in all ways there are, by references to methods, too. */
    public static final class Asking implements Supplier<List<Instant>> {
        @Override
        public List<Instant> get() {
            LongSupplier millis = System::currentTimeMillis;
            Supplier<Instant> now = Instant::now;
            List<Instant> all = new ArrayList<>();
            all.add(Instant.ofEpochMilli(System.currentTimeMillis()));
            all.add(Instant.ofEpochMilli(millis.getAsLong()));
            all.add(Instant.now());
            all.add(now.get());
            all.add(InstantSource.system().instant());
            return all;
        }
    }

    @AfterEach
    void setBack() throws IOException {
        Path file = folder.resolve("clock");
        ShiftedClock.set(file, Duration.ZERO);
        ShiftedClock.follow(file);
    }

    @Test
    void a_class_asks_the_clock_that_was_set_however_it_asks_and_follows_it_while_it_runs() throws Exception {
        Path file = folder.resolve("clock");
        ShiftedClock.set(file, Duration.ofMinutes(10));
        ShiftedClock.follow(file);
        Supplier<List<Instant>> asking = asking();

        assertThat(asking.get())
                .allSatisfy(time -> assertThat(time)
                        .isCloseTo(Instant.now().plus(Duration.ofMinutes(10)), within(1, ChronoUnit.MINUTES)));
        ShiftedClock.set(file, Duration.ofHours(-1));
        assertThat(asking.get())
                .allSatisfy(time -> assertThat(time)
                        .isCloseTo(Instant.now().minus(Duration.ofHours(1)), within(1, ChronoUnit.MINUTES)));
    }

    @Test
    void a_class_that_asks_for_no_time_stays_as_it_is() throws IOException {
        assertThat(ClockAgent.shifted(bytes(BrokerLink.class))).isNull();
        assertThat(ClockAgent.shifted(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}))
                .isNull();
    }

    @SuppressWarnings("unchecked")
    private static Supplier<List<Instant>> asking() throws Exception {
        byte[] bytes = requireNonNull(ClockAgent.shifted(bytes(Asking.class)));
        ClassLoader loader = new ClassLoader(ClockAgentTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                return name.equals(Asking.class.getName())
                        ? defineClass(name, bytes, 0, bytes.length)
                        : super.loadClass(name, resolve);
            }
        };
        return (Supplier<List<Instant>>) loader.loadClass(Asking.class.getName())
                .getDeclaredConstructor()
                .newInstance();
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        try (InputStream in =
                requireNonNull(type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class"))) {
            return in.readAllBytes();
        }
    }
}
