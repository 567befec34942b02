package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"
)

var client = http.Client{Timeout: 5 * time.Second}

// verdict is listed, official, no_record or unreadable.
func verdict(text string) (string, error) {
	body, err := json.Marshal(map[string]string{"q": text})
	if err != nil {
		return "", err
	}
	ask, err := http.NewRequest("POST", "{url}/v1/check", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("Accept", "text/plain")
	answer, err := client.Do(ask)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	word, err := io.ReadAll(io.LimitReader(answer.Body, 64))
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", answer.StatusCode)
	}
	return string(bytes.TrimSpace(word)), err
}

func main() {
	word, err := verdict(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(word)
}
