// A partner's program over what openapi-generator makes for Go: says as JSON what it was told.
package main

import (
	"canhgiac"
	"context"
	"encoding/json"
	"errors"
	"os"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	url, clientID, clientSecret, listed := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	configuration := canhgiac.NewConfiguration()
	configuration.Servers = canhgiac.ServerConfigurations{{URL: url}}
	api := canhgiac.NewAPIClient(configuration)
	ctx := context.Background()
	token, _, err := api.PartnersAPI.GrantToken(ctx).GrantType("client_credentials").ClientId(clientID).ClientSecret(clientSecret).Execute()
	must(err)
	ctx = context.WithValue(ctx, canhgiac.ContextAccessToken, token.AccessToken)

	text := func(q string) canhgiac.IdentifierInput { return canhgiac.IdentifierInput{Q: &q} }
	phone, shortCode, code := canhgiac.KIND_PHONE, canhgiac.KIND_SHORT_CODE, "113"
	several := canhgiac.CheckItemsAsCheckRequest(canhgiac.NewCheckItems([]canhgiac.IdentifierInput{text(listed), text("0950 999 999")}))
	one := canhgiac.IdentifierInputAsCheckRequest(&canhgiac.IdentifierInput{Kind: &shortCode, Code: &code})
	verdicts := []canhgiac.VerdictWord{}
	for _, asked := range []canhgiac.CheckRequest{several, one} {
		answer, _, err := api.CheckAPI.CheckIdentifiers(ctx).CheckRequest(asked).Execute()
		must(err)
		for _, result := range answer.Results {
			verdicts = append(verdicts, result.Verdict)
		}
	}
	wrong := canhgiac.IdentifierInputAsCheckRequest(&canhgiac.IdentifierInput{Kind: &phone})
	_, answer, err := api.CheckAPI.CheckIdentifiers(ctx).CheckRequest(wrong).Execute()
	var told *canhgiac.GenericOpenAPIError
	if !errors.As(err, &told) {
		panic(err)
	}
	problem := told.Model().(canhgiac.Problem)

	items, after := []map[string]interface{}{}, int64(0)
	for {
		page, _, err := api.FeedAPI.GetFeedChanges(ctx).After(after).Limit(3).Execute()
		must(err)
		// The page after the last one has nothing in it.
		if page == nil || len(page.Items) == 0 {
			break
		}
		items, after = append(items, page.Items...), page.Next
	}
	list, _, err := api.CatalogueAPI.ListBanks(ctx).Execute()
	must(err)
	banks := []string{}
	for _, bank := range list.Items {
		banks = append(banks, bank.Bin)
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"verdicts": verdicts, "problem": []interface{}{answer.StatusCode, problem.Code, problem.Errors[0].Pointer},
		"items": items, "after": after, "banks": banks,
	}))
}
