package web

import (
	"context"

	"varn/internal/domain/casefile"
	"varn/internal/kit/locale"
	"varn/internal/usecase/casework"
)

// noticeForm asks whether the Work Environment Authority must be notified, and what belongs to the
// answer.
func noticeForm() *Form {
	var answers []Option
	for _, a := range casework.NoticeAnswers() {
		key, hint := noticeKeys(a)
		answers = append(answers, Option{Value: string(a), Key: key, Hint: hint})
	}
	return NewForm(
		Radios("answer", "case_notice.question", answers...),
		Text("number", "case_notice.number").Hint("case_notice.number-hint").Max(casefile.MaxReference).Optional(),
		Date("date", "case_notice.date").Optional(),
		Area("reason", "case_notice.reason").Hint("case_notice.reason-hint").Max(casefile.MaxReason).Tall(3).Optional(),
	)
}

func noticeKeys(a casework.NoticeAnswer) (text, hint locale.Key) {
	switch a {
	case casework.NoticeGiven:
		return "case_notice.given", "case_notice.given-hint"
	case casework.NoticeOwed:
		return "case_notice.owed", "case_notice.owed-hint"
	}
	return "case_notice.needless", "case_notice.needless-hint"
}

func noticeAct() caseAct {
	return caseAct{title: "case_notice.title", lead: "case_notice.lead", button: "case_notice.button", form: fixed(noticeForm), do: func(ctx context.Context, s *Server, r *Request, f *Form) error {
		return s.Desks.Cases.AnswerNotice(ctx, r.Session, r.Path("ref"), casework.WorkNotice{Answer: casework.NoticeAnswer(f.Text("answer")),
			Number: f.Text("number"), Date: startOf(f.Text("date")), Reason: f.Text("reason")})
	}}
}
