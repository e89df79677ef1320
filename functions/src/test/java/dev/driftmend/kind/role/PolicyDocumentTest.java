package dev.driftmend.kind.role;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.driftmend.model.stack.Value;
import dev.driftmend.testing.Deployed;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyDocumentTest {
  @Test
  void keysAreSortedAndAListOfOneIsItsElement() {
    assertThat(
            normal(
                "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: ['s3:GetObject']}]}"))
        .isEqualTo(
            "{\"Statement\":{\"Action\":\"s3:GetObject\",\"Effect\":\"Allow\"},"
                + "\"Version\":\"2012-10-17\"}");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{Action: ['s3:b', 's3:a']} | {Action: ['s3:a', 's3:b']}",
        "{NotAction: ['s3:b', 's3:a']} | {NotAction: ['s3:a', 's3:b', 's3:a']}",
        "{Resource: [arn:b, arn:a]} | {Resource: [arn:a, arn:b]}",
        "{NotResource: [arn:a]} | {NotResource: arn:a}",
        "{Principal: '*'} | {Principal: {AWS: '*'}}",
        "{Principal: {AWS: ['arn:aws:iam::111122223333:root']}} | {Principal: {AWS:"
            + " '111122223333'}}",
        "{Principal: {Service: [b.amazonaws.com, a.amazonaws.com]}} | {Principal: {Service:"
            + " [a.amazonaws.com, b.amazonaws.com]}}",
        "{Condition: {Bool: {'aws:SecureTransport': 'True'}}} | {Condition: {Bool:"
            + " {'aws:SecureTransport': true}}}",
        "{Condition: {StringEquals: {'a:b': [y, x]}}} | {Condition: {StringEquals: {'a:b': [x,"
            + " y]}}}",
        "{Statement: [{Sid: a}, {Sid: b}]} | {Statement: [{Sid: b}, {Sid: a}]}",
        "{Effect: Allow, Sid: x} | {Sid: x, Effect: Allow}"
      })
  void whatMeansTheSameIsWrittenTheSame(String one, String other) {
    assertThat(normal(one)).isEqualTo(normal(other));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "{Effect: Allow} | {Effect: Deny}",
        "{Action: 's3:GetObject'} | {NotAction: 's3:GetObject'}",
        "{Resource: 'arn:aws:iam::111122223333:root'} | {Resource: '111122223333'}",
        "{Principal: {AWS: '111122223333'}} | {Principal: {Service: '111122223333'}}",
        "{Resource: 'True'} | {Resource: 'true'}",
        "{Condition: {StringEquals: {'a:b': x}}} | {Condition: {StringLike: {'a:b': x}}}"
      })
  void whatMeansSomethingElseIsWrittenDifferently(String one, String other) {
    assertThat(normal(one)).isNotEqualTo(normal(other));
  }

  @Test
  void whatJsonEscapesIsEscaped() {
    assertThat(PolicyDocument.of(new Value.Fields(Map.of("a", new Value.Scalar("\"\\\n")))))
        .isEqualTo("{\"a\":\"\\\"\\\\\\u000a\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text", "[{Effect: Allow}]", "{Statement: [{Resource: !ImportValue bucket}]}"})
  void whatIsNoDocumentOrNotKnownHasNoNormalForm(String document) {
    assertThatThrownBy(() -> normal(document)).isInstanceOf(IllegalArgumentException.class);
  }

  private static String normal(String document) {
    var role =
        Deployed.stack(
                "Role:\n  Type: AWS::IAM::Role\n  Properties: {Policies: [" + document + "]}\n")
            .ofType("AWS::IAM::Role")
            .findFirst()
            .orElseThrow();
    return PolicyDocument.of(
        ((Value.Items) role.property("Policies").orElse(new Value.Items(List.of())))
            .values()
            .getFirst());
  }
}
