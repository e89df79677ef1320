package dev.driftmend.shrink;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Function objects of every shape; {@link #results} is what they do. */
final class Functions extends ArrayList<String> {
  private static final long serialVersionUID = 1;

  interface Three<A, B, C> {
    C of(A first, B second, long third) throws Exception;
  }

  private final String mine;

  Functions(String mine) {
    this.mine = mine;
  }

  private static String join(String first, String second) {
    return first + second;
  }

  private String withMine(String text) {
    return mine + text;
  }

  @Override
  public boolean add(String text) {
    return super.add("added " + text);
  }

  private static <T, R> R apply(Function<T, R> function, T value) {
    return function.apply(value);
  }

  static List<Object> results() throws Exception {
    return new Functions("mine").all("kept", new StringBuilder("seen"), 7);
  }

  private List<Object> all(String kept, StringBuilder seen, int number) throws Exception {
    var results = new ArrayList<>();
    Supplier<String> constant = () -> "constant";
    Function<String, Integer> method = String::length;
    Function<String, StringBuilder> constructor = StringBuilder::new;
    Function<String, String> bound = kept::concat;
    BinaryOperator<String> ofClass = Functions::join;
    Function<String, String> named = this::withMine;
    Function<String, String> ofInstance = text -> mine + text + kept;
    BiFunction<String, String, String> two = (first, second) -> mine + first + second + kept + seen;
    ToIntFunction<Object> unboxed = o -> o.hashCode() & 1;
    Predicate<String> primitive = String::isEmpty;
    IntFunction<Object> boxed = Integer::toString;
    LongBinaryOperator longs = (first, second) -> first * 10 + second;
    DoubleUnaryOperator doubles = Math::sqrt;
    IntFunction<int[]> array = int[]::new;
    Function<Integer, Integer> ofNumber = i -> i + number;
    Three<String, Object, String> three = (first, second, third) -> first + second + third + kept;
    Callable<Boolean> ofAbove = () -> super.add(kept);
    Consumer<String> dropped = this::add;
    Runnable nothing = () -> seen.append(" and run");
    Supplier<Supplier<String>> nested = () -> () -> kept + mine;
    nothing.run();
    dropped.accept("one");
    results.addAll(
        List.of(constant.get(), method.apply("four"), constructor.apply("new").toString()));
    results.addAll(List.of(bound.apply("!"), ofClass.apply("a", "b"), named.apply("-")));
    results.addAll(List.of(ofInstance.apply("text"), two.apply("x", "y")));
    results.addAll(List.of(unboxed.applyAsInt(3), primitive.test(""), boxed.apply(8)));
    results.addAll(List.of(longs.applyAsLong(4, 2), doubles.applyAsDouble(9)));
    results.addAll(List.of(array.apply(2).length, ofNumber.apply(1), three.of("1", 2, 3L)));
    results.addAll(List.of(ofAbove.call(), nested.get().get(), String.join(",", this)));
    results.add(apply(i -> i % 2 == 0, 4));
    results.add(apply(method.andThen(length -> length * 2), "abc"));
    return results;
  }

  /** What the JVM refuses. */
  static Object wrong() {
    Function<String, Integer> length = String::length;
    @SuppressWarnings("unchecked")
    Function<Object, Object> any = (Function<Object, Object>) (Function<?, ?>) length;
    return any.apply(1);
  }
}
